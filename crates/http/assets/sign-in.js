// The sign-in page looks like the account of the login name's domain as soon as that is typed.

const field = document.getElementById('loginName');

async function dress() {
  const domain = field.value.trim().split('@')[1];
  if (!domain || domain === document.body.dataset.domain) return;
  document.body.dataset.domain = domain;
  const answer = await fetch(`/console/sign-in?${new URLSearchParams({ domain })}`).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of ['.gate-brand', '.gate-note', '.gate-foot', 'h1']) {
    const [here, there] = [document, page].map((from) => from.querySelector(part));
    if (here && there) here.replaceWith(document.importNode(there, true));
  }
  document.querySelector('link[data-brand]')?.remove();
  const sheet = page.querySelector('link[data-brand]');
  if (sheet) document.head.append(document.importNode(sheet, true));
}

field?.addEventListener('change', dress);
if (field?.value) dress();
