// The matrix as ticks: what is added, edited or removed must be viewed too.

const words = (box) => box.labels[0].textContent.trim();

function follow(table, status) {
  const boxes = [...table.querySelectorAll('input[name="cell"][type="checkbox"]')];
  const beside = (box) => boxes.filter((other) => other.value.slice(0, other.value.lastIndexOf('.')) === box.value.slice(0, box.value.lastIndexOf('.')));
  const isView = (box) => box.value.endsWith('.view');
  table.addEventListener('change', ({ target }) => {
    status.textContent = '';
    const changed = beside(target).filter((box) => isView(box) !== isView(target) && box.checked !== target.checked);
    // Ticking takes viewing along; no longer viewing takes the rest away.
    if (isView(target) === target.checked || !changed.length) return;
    for (const box of changed) box.checked = target.checked;
    status.textContent = `Also ${target.checked ? 'ticked' : 'no longer ticked'}: ${changed.map(words).join(', ')}.`;
  });
}

for (const table of document.querySelectorAll('[data-ticks]')) {
  follow(table, document.querySelector('[data-ticks-status]'));
}
