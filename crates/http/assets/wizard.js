// The form for a new account: more domains, and a draft for when the session is lost. Without a script the buttons post,
// and what was typed travels in hidden fields.

const PREFIX = 'tenantry-draft ';

/** Storage may be switched off; then there is no draft. */
function stored(run) {
  try {
    return run(sessionStorage);
  } catch {
    return null;
  }
}

/** One more row, and rows that go away at once. */
function rows(form) {
  const holder = form.querySelector('[data-rows]');
  const add = form.querySelector('[data-add-row]');
  if (!holder || !add) return;
  const template = holder.querySelector('[data-row-template]');
  const all = () => [...holder.querySelectorAll('[data-row]')];
  let next = all().length;
  add.addEventListener('click', (event) => {
    event.preventDefault();
    const row = template.content.cloneNode(true);
    const [label, input, button] = ['label', 'input', 'button'].map((name) => row.querySelector(name));
    label.htmlFor = input.id = input.name = `alias.${next}`;
    next += 1;
    const words = `Additional domain ${all().length + 1}`;
    label.textContent = words;
    button.setAttribute('aria-label', `Remove ${words}`);
    template.before(row);
    input.focus();
  });
  holder.addEventListener('click', (event) => {
    const button = event.target.closest('button[name="removeDomain"]');
    if (!button) return;
    event.preventDefault();
    button.closest('[data-row]').remove();
    form.dispatchEvent(new Event('input', { bubbles: true }));
    add.focus();
  });
}

/** What is typed is kept in this tab, but for passwords: a session that ends takes nothing along. */
function keep(form) {
  const key = PREFIX + form.dataset.draft;
  const save = () => {
    const typed = [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !name.startsWith('password'));
    stored((storage) => storage.setItem(key, JSON.stringify(typed)));
  };
  form.addEventListener('input', save);
  form.addEventListener('submit', save);
}

/** The draft is sent as if it had been typed, and the server shows the step where it stopped. */
function offer(form) {
  const place = document.querySelector('[data-draft-offer]');
  const key = PREFIX + form.dataset.draft;
  const draft = stored((storage) => JSON.parse(storage.getItem(key)));
  if (!place || !Array.isArray(draft)) return;
  place.hidden = false;
  place.querySelector('[data-draft-drop]').addEventListener('click', () => {
    stored((storage) => storage.removeItem(key));
    place.hidden = true;
  });
  place.querySelector('[data-draft-use]').addEventListener('click', () => {
    const again = document.createElement('form');
    again.method = 'post';
    again.action = form.action;
    for (const [name, value] of [...draft, ['go', 'show']]) {
      const field = document.createElement('input');
      field.type = 'hidden';
      field.name = name;
      field.value = value;
      again.append(field);
    }
    document.body.append(again);
    again.submit();
  });
}

for (const form of document.querySelectorAll('form[data-draft]')) {
  rows(form);
  offer(form);
  keep(form);
}
if (document.querySelector('[data-drafts-done]')) {
  stored((storage) => {
    for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
  });
}
