// Addresses follow their country, images are shown before they are sent.

const LARGEST = 5 * 1024 * 1024;

/** The state as a drop-down where the country has a list of them, else as a line to type in. */
function showStates(form, states, value) {
  const old = form.elements.state;
  const holder = old.closest('.select') ?? old;
  const known = states.find((state) => [state.value, state.label].some((one) => one.toLowerCase() === value.toLowerCase()));
  const next = document.createElement(states.length ? 'select' : 'input');
  for (const name of ['id', 'name', 'required', 'aria-describedby', 'aria-invalid', 'autocomplete']) {
    if (old.hasAttribute(name)) next.setAttribute(name, old.getAttribute(name));
  }
  if (!states.length) {
    next.className = 'input';
    next.value = value;
    holder.replaceWith(next);
    return;
  }
  next.append(new Option('Choose', ''), ...states.map((state) => new Option(state.label, state.value)));
  next.value = known?.value ?? '';
  const box = document.createElement('span');
  box.className = 'select';
  const arrow = form.elements.country.parentElement.querySelector('svg').cloneNode(true);
  box.append(next, arrow);
  holder.replaceWith(box);
}

function showRegion(form, rules, state) {
  const apply = (part, id, label, required) => {
    const place = form.querySelector(`[data-region="${part}"]`);
    place.textContent = label;
    place.parentElement.querySelector('.field-optional').hidden = required;
    form.elements[id].required = required;
  };
  showStates(form, rules.states, state);
  apply('state', 'state', rules.stateLabel, rules.stateRequired);
  apply('postal', 'postalCode', rules.postalLabel, rules.postalRequired);
}

/** State and postal code ask for what the chosen country has. */
function address(form) {
  const { country } = form.elements;
  const seen = new Map();
  let latest = 0;
  async function follow(state) {
    const mine = ++latest;
    const code = country.value;
    if (!code) return;
    if (!seen.has(code)) {
      const answer = await fetch(`/console/countries/${encodeURIComponent(code)}`).catch(() => null);
      if (!answer?.ok) return;
      seen.set(code, await answer.json());
    }
    if (mine === latest) showRegion(form, seen.get(code), state ?? form.elements.state.value);
  }
  country.addEventListener('change', () => follow());
  const listed = [...form.querySelectorAll('#states option')].map((one) => ({ value: one.value, label: one.label }));
  if (listed.length) showStates(form, listed, form.elements.state.value);

  const reset = form.querySelector('[data-company]');
  reset?.addEventListener('click', async (event) => {
    event.preventDefault();
    const company = JSON.parse(reset.dataset.company);
    for (const name of ['country', 'city', 'postalCode', 'street', 'phone']) form.elements[name].value = company[name];
    form.elements.state.value = company.state;
    await follow(company.state);
    form.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

/** The chosen image, cropped as it will be. Drawn on a canvas: the page may load images from this host only. */
function preview(input) {
  const place = input.form.querySelector('[data-preview]');
  const before = place.firstElementChild;
  const help = document.getElementById('image-help');
  const words = help.textContent;
  input.addEventListener('change', async () => {
    const [file] = input.files;
    help.textContent = words;
    help.classList.remove('field-error');
    place.replaceChildren(before);
    if (!file) return;
    const bitmap = file.size <= LARGEST && file.type !== 'image/svg+xml' && await createImageBitmap(file).catch(() => null);
    if (!bitmap) {
      help.textContent = file.size > LARGEST ? 'This file is larger than 5 MiB. Choose a smaller one.' : 'This file is not an image that can be used. Choose a PNG, JPEG, WebP or GIF.';
      help.classList.add('field-error');
      return;
    }
    const canvas = document.createElement('canvas');
    const side = Math.min(bitmap.width, bitmap.height);
    canvas.width = canvas.height = 160;
    canvas.className = `avatar ${[...before.classList].find((name) => name.startsWith('avatar-')) ?? ''}`;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'The chosen image');
    canvas.getContext('2d').drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, 160, 160);
    place.replaceChildren(canvas);
  });
}

for (const form of document.querySelectorAll('form:has([data-address-fields])')) address(form);
for (const input of document.querySelectorAll('input[type="file"][name="image"]')) preview(input);
