// Forms about people: names that follow, login names, recipients, addresses, images, and what was left unsaved.

const sprite = document.querySelector('.icon use')?.getAttribute('href').replace(/#.*/, '') ?? '';

/** Calls `run` once `wait` ms have passed without another call. */
function calm(run, wait) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait, ...given);
  };
}

function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}

/** An icon and words, in place of what was there. */
function say(place, name, text) {
  const words = document.createElement('span');
  words.textContent = text;
  place.replaceChildren(icon(name), words);
  place.hidden = false;
}

/** Words under a field when one leaves it wrong; never while typing. They go as soon as one types. */
function fieldErrors(form) {
  const tokens = (input) => new Set((input.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
  const describe = (input, names) => {
    if (names.size) input.setAttribute('aria-describedby', [...names].join(' '));
    else input.removeAttribute('aria-describedby');
  };
  const clear = (input) => {
    if (input.getAttribute('aria-invalid') !== 'true') return;
    input.removeAttribute('aria-invalid');
    const names = tokens(input);
    names.delete(`${input.id}-error`);
    describe(input, names);
    document.getElementById(`${input.id}-error`)?.remove();
  };
  const problem = (input) => {
    const label = input.labels?.[0]?.firstChild?.textContent.trim() ?? 'This field';
    if (input.required && !input.value.trim()) return `${label} is needed.`;
    if (input.type === 'email' && input.validity.typeMismatch) return 'Write it like name@company.example.';
    const first = form.elements.password;
    if (input.name === 'passwordRepeat' && input.value && input.value !== first?.value) return 'The two do not agree.';
    return '';
  };
  const show = (target) => {
    const text = problem(target);
    if (!text || !target.isConnected || target.getAttribute('aria-invalid') === 'true') return;
    const line = document.createElement('p');
    line.className = 'field-error';
    line.id = `${target.id}-error`;
    say(line, 'fail', text);
    (target.closest('.field') ?? target.parentElement).append(line);
    target.setAttribute('aria-invalid', 'true');
    describe(target, tokens(target).add(line.id));
  };
  // Words that appear move what is below them: not between pressing a button there and letting go.
  let pressed = false;
  const waiting = new Set();
  document.addEventListener('pointerdown', () => { pressed = true; }, true);
  for (const end of ['pointerup', 'pointercancel']) {
    document.addEventListener(end, () => setTimeout(() => {
      pressed = false;
      for (const target of waiting) show(target);
      waiting.clear();
    }), true);
  }
  form.addEventListener('focusout', ({ target }) => {
    // A password is only asked for when saving: the field may be hidden by another choice.
    if (!target.id || !target.matches('.input, select') || (target.type === 'password' && !target.value)) return;
    if (pressed) waiting.add(target);
    else show(target);
  });
  form.addEventListener('input', ({ target }) => clear(target));
}

/** Leaving with unsaved changes is asked about. */
function guard(form) {
  const status = form.querySelector('[data-form-status]');
  let dirty = Boolean(document.querySelector('[data-errors]'));
  form.addEventListener('input', () => {
    dirty = true;
    if (status) status.textContent = 'Unsaved changes.';
  });
  form.addEventListener('submit', (event) => {
    if (!event.defaultPrevented) dirty = false;
  });
  window.addEventListener('beforeunload', (event) => {
    if (dirty) event.preventDefault();
  });
}

/** The display name follows the names until it is edited, and offers to follow again. */
function names(form) {
  const { firstName, lastName, displayName } = form.elements;
  const again = form.querySelector('[data-follow-names]');
  const help = document.getElementById('displayName-help');
  const full = () => `${firstName.value.trim()} ${lastName.value.trim()}`.trim();
  let follows = !displayName.value.trim() || displayName.value === full();
  const show = () => {
    again.hidden = follows || !full();
    again.textContent = `Use ${full()} again`;
    help.hidden = !follows;
  };
  const update = () => {
    if (follows) displayName.value = full();
    show();
  };
  firstName.addEventListener('input', update);
  lastName.addEventListener('input', update);
  displayName.addEventListener('input', () => {
    follows = !displayName.value.trim() || displayName.value === full();
    show();
  });
  // Left empty, it follows again.
  displayName.addEventListener('change', update);
  again.addEventListener('click', () => {
    follows = true;
    update();
    displayName.dispatchEvent(new Event('input', { bubbles: true }));
    displayName.focus();
  });
  update();
}

/** `first.last` in plain letters, or nothing where the names have none. */
function suggestion(first, last) {
  const plain = (name) => name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
    .replaceAll('ß', 'ss').replaceAll('ø', 'o').replaceAll('æ', 'ae').replaceAll('ł', 'l').replaceAll('đ', 'd')
    .replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return [plain(first), plain(last)].filter(Boolean).join('.');
}

/** The login name is suggested until it is edited; whether it is free stands beside it. */
function loginName(form) {
  const { firstName, lastName, loginLocal, loginDomain } = form.elements;
  const state = form.querySelector('[data-login-state]');
  const address = form.querySelector('[data-login]').dataset.login;
  const isNew = form.hasAttribute('data-new-user');
  const stored = `${loginLocal.value}@${loginDomain.value}`;
  let suggested = suggestion(firstName.value, lastName.value);
  let latest = 0;
  const check = calm(async () => {
    const mine = ++latest;
    const asked = `${loginLocal.value}@${loginDomain.value}`;
    // Without an address there is nobody to ask: the account is as new as the name.
    if (!address || !loginLocal.value.trim() || (!isNew && asked === stored)) {
      state.hidden = true;
      return;
    }
    const query = new URLSearchParams({ local: loginLocal.value, domain: loginDomain.value });
    const answer = await fetch(`${address}?${query}`, { headers: { Accept: 'application/json' } }).catch(() => null);
    if (mine !== latest) return;
    if (!answer?.ok) {
      state.hidden = true;
      return;
    }
    const { available, message } = await answer.json();
    state.className = available ? 'field-ok' : 'field-error';
    say(state, available ? 'check' : 'fail', message);
  }, 300);
  const suggest = () => {
    const next = suggestion(firstName.value, lastName.value);
    if (isNew && (loginLocal.value === '' || loginLocal.value === suggested)) {
      loginLocal.value = next;
      check();
    }
    suggested = next;
  };
  firstName.addEventListener('input', suggest);
  lastName.addEventListener('input', suggest);
  loginLocal.addEventListener('input', check);
  loginDomain.addEventListener('change', check);
  if (isNew && loginLocal.value && loginLocal.getAttribute('aria-invalid') !== 'true') check();
}

/** Who gets a mail: addresses resolve as one types, and the alternative is off while there is none. */
function recipients(form, set) {
  const radios = [...set.querySelectorAll('input[type="radio"]')];
  const custom = set.querySelector('input[type="email"]');
  const note = form.querySelector(`[data-will-be-sent="${radios[0].name}"]`);
  const radio = (kind) => radios.find((one) => one.value === kind);
  const resolved = (kind) => {
    if (kind === 'custom') return custom.value.trim();
    return form.elements[kind === 'primary' ? 'email' : 'alternativeEmail']?.value.trim() ?? '';
  };
  const update = () => {
    if (!set.hasAttribute('data-fixed')) {
      for (const place of set.querySelectorAll('[data-resolved]')) {
        place.textContent = form.elements[place.dataset.resolved].value.trim();
      }
      const none = !resolved('alternative');
      if (none) set.querySelector('[data-resolved="alternativeEmail"]').textContent = 'None given';
      if (none && radio('alternative').checked) radio('primary').checked = true;
      radio('alternative').disabled = none;
    }
    if (!note) return;
    const address = resolved(radios.find((one) => one.checked)?.value ?? 'primary');
    note.hidden = !address.includes('@');
    note.querySelector('[data-address]').textContent = address;
  };
  custom.addEventListener('input', () => {
    radio('custom').checked = true;
  });
  radio('custom').addEventListener('change', () => custom.focus());
  form.addEventListener('input', update);
  update();
}

for (const form of document.querySelectorAll('form[data-form]')) {
  fieldErrors(form);
  if (form.dataset.form === 'guard') guard(form);
  if (form.querySelector('[data-names]')) names(form);
  if (form.querySelector('[data-login]')) loginName(form);
  for (const set of form.querySelectorAll('[data-recipients]')) recipients(form, set);
}
