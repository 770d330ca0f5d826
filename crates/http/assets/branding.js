// Logo and colours, shown while they are chosen. Without a script they are shown after the form was sent.

const PAUSE = 300;

/** The chosen file goes to the server at once and comes back as it will be shown; the form carries it along. */
function logo(part) {
  const file = part.querySelector('input[type="file"]');
  const carried = part.querySelector('input[name="logo"]');
  const box = part.querySelector('[data-logo-box]');
  const image = part.querySelector('[data-logo]');
  const show = () => {
    if (!carried.value) return;
    const bytes = Uint8Array.from(atob(carried.value), (char) => char.charCodeAt(0));
    image.src = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
    box.hidden = false;
  };
  show();
  file.addEventListener('change', async () => {
    if (!file.files.length) return;
    const body = new FormData();
    body.append('image', file.files[0]);
    const answer = await fetch('/console/logos', { method: 'POST', body }).catch(() => null);
    const said = answer && (await answer.json().catch(() => null));
    const problem = answer?.ok ? '' : (said?.errors?.[0]?.message ?? said?.detail ?? '');
    refuse(file, problem);
    if (!answer?.ok || !said) return;
    carried.value = said.logo;
    file.value = '';
    show();
    carried.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

/** The sentence under the field, as the server writes it. */
function refuse(file, problem) {
  document.getElementById('image-error')?.remove();
  file.toggleAttribute('aria-invalid', Boolean(problem));
  if (!problem) return;
  const line = document.createElement('p');
  line.className = 'field-error';
  line.id = 'image-error';
  line.textContent = problem;
  file.closest('.field').append(line);
  file.value = '';
}

/** A picker beside each colour, and both shown as they will look. */
function colors(part) {
  const fields = ['primaryColor', 'secondaryColor'].map((name) => part.querySelector(`input[name="${name}"]`));
  const sheet = document.querySelector('link[data-brand-preview]');
  const notes = part.querySelector('[data-brand-notes]');
  let wait = 0;
  const look = async () => {
    const query = new URLSearchParams(fields.map((field) => [field.name, field.value]));
    const answer = await fetch(`/console/brand?${query}`).catch(() => null);
    const said = answer?.ok ? await answer.json() : null;
    if (!said) return;
    sheet.href = said.stylesheet;
    notes.replaceChildren(
      ...said.notes.map((note) => {
        const line = document.createElement('li');
        line.textContent = note;
        return line;
      }),
    );
  };
  for (const field of fields) {
    const picker = document.createElement('input');
    picker.type = 'color';
    picker.className = 'color-picker';
    picker.setAttribute('aria-label', `Pick: ${field.labels[0]?.textContent.trim() ?? field.name}`);
    const toPicker = () => {
      if (/^#?[0-9a-f]{6}$/i.test(field.value.trim())) picker.value = `#${field.value.trim().replace('#', '')}`;
    };
    toPicker();
    field.after(picker);
    const later = () => {
      clearTimeout(wait);
      wait = setTimeout(look, PAUSE);
    };
    field.addEventListener('input', () => {
      toPicker();
      later();
    });
    picker.addEventListener('input', (event) => {
      event.stopPropagation();
      field.value = picker.value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }
}

for (const part of document.querySelectorAll('[data-branding]')) {
  logo(part);
  colors(part);
}
