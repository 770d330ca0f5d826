// Passwords: how strong one is, which rules it keeps, making one, and mailing one.

/** What holds where nothing else is demanded. */
const LEAST = 15;
const words = ['', 'Weak', 'Fair', 'Strong', 'Very strong'];

/** Calls `run` once `wait` ms have passed without another call. */
function calm(run, wait) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait, ...given);
  };
}

/** What an attacker would try first: the names typed or shown on this form. */
function guesses(form) {
  const names = ['firstName', 'lastName', 'displayName', 'loginLocal', 'loginDomain', 'email', 'company'];
  const typed = names.map((name) => form.elements[name]?.value);
  const shown = form.querySelector('[data-guess]')?.value;
  return [...typed, shown].filter(Boolean);
}

async function judge(password, inputs) {
  const answer = await fetch('/console/password-strength', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ password, inputs }),
  }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

function showRules(form, password, score) {
  const kept = { length: [...password].length >= Number(document.querySelector('[data-rules]')?.dataset.least || LEAST), common: score >= 3 };
  for (const item of form.querySelectorAll('[data-rule]')) {
    const met = kept[item.dataset.rule] ?? false;
    item.classList.toggle('met', met);
    item.querySelector('[data-met]').hidden = !met;
    const use = item.querySelector('use');
    use.setAttribute('href', use.getAttribute('href').replace(/#.*/, met ? '#i-check' : '#i-info'));
  }
}

/** The meter and the rules follow what is typed. */
function meter(input) {
  const bar = document.getElementById(input.dataset.strength);
  const text = document.getElementById(`${input.dataset.strength}-text`);
  const judged = calm(async () => {
    const password = input.value;
    const verdict = password && await judge(password, guesses(input.form));
    if (input.value !== password) return;
    bar.hidden = text.hidden = !verdict;
    showRules(input.form, password, verdict?.score ?? 0);
    if (!verdict) return;
    bar.dataset.score = verdict.score;
    bar.setAttribute('aria-valuenow', verdict.score);
    bar.setAttribute('aria-valuetext', words[verdict.score] || 'Very weak');
    text.textContent = verdict.message || words[verdict.score];
  }, 250);
  input.addEventListener('input', () => {
    showRules(input.form, input.value, 0);
    judged();
  });
  if (input.value) judged();
}

/** The button makes a password, fills both fields and shows it this once. */
function generator(button) {
  const form = button.form;
  const secret = form.querySelector('[data-secret]');
  const { password, passwordRepeat } = form.elements;
  button.addEventListener('click', async (event) => {
    event.preventDefault();
    const answer = await fetch('/api/v1/passwords/generate', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    }).catch(() => null);
    if (!answer?.ok) return form.requestSubmit(button);
    const made = (await answer.json()).password;
    password.value = passwordRepeat.value = made;
    secret.querySelector('[data-secret-value]').textContent = made;
    secret.hidden = false;
    const copy = secret.querySelector('[data-copy]');
    copy.lastElementChild.textContent = 'Copy';
    copy.focus();
    for (const field of [password, passwordRepeat]) field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  password.addEventListener('input', () => {
    if (password.value !== secret.querySelector('[data-secret-value]').textContent) secret.hidden = true;
  });
}

/** A password that travels by mail must be changed: the tick follows and stays. */
function mailed(box) {
  const must = box.form.elements.mustChange;
  if (!must) return;
  let before = must.checked;
  const follow = () => {
    if (box.checked) before = must.checked;
    must.checked = box.checked || before;
    must.disabled = box.checked;
  };
  box.addEventListener('change', follow);
  if (box.checked) follow();
}

for (const input of document.querySelectorAll('[data-strength]')) meter(input);
for (const button of document.querySelectorAll('[data-generate]')) generator(button);
for (const box of document.querySelectorAll('input[name="emailPassword"]')) mailed(box);
