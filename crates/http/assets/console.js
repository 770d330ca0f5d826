// What every page of the console gains from a script. Nothing here is needed: forms post, menus are <details>,
// dialogs are pages of their own.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Fetches a page of the console and gives it back parsed; nothing if it did not come or leads elsewhere. */
async function page(href) {
  const answer = await fetch(href, { headers: { Accept: 'text/html' } }).catch(() => null);
  if (!answer?.ok || (answer.redirected && new URL(answer.url).pathname !== new URL(href, location.href).pathname)) return null;
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

/** Menus: one open at a time; a click elsewhere or Escape closes it. */
function menus() {
  const open = () => all('details.menu[open]');
  document.addEventListener('toggle', (event) => {
    if (!event.target.matches?.('details.menu[open]')) return;
    for (const menu of open()) if (menu !== event.target) menu.open = false;
    event.target.querySelector('input[type="search"]')?.focus();
  }, true);
  document.addEventListener('click', (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      for (const menu of open()) {
        menu.open = false;
        menu.querySelector('summary').focus();
      }
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const menu = event.target.closest?.('details.menu[open]');
    if (!menu || event.target.matches('input:not([type="search"])')) return;
    const items = all('.menu-item', menu);
    const here = items.indexOf(document.activeElement);
    const next = items.at((here + (event.key === 'ArrowDown' ? 1 : here < 0 ? 0 : -1)) % items.length);
    event.preventDefault();
    next?.focus();
  });
}

/** The theme changes at once; the server remembers it in a cookie. */
function theme() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches('[data-theme-form]') || !event.submitter) return;
    event.preventDefault();
    const chosen = event.submitter.value;
    if (chosen === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    for (const button of all('button[name="theme"]', form)) {
      if (button === event.submitter) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
    form.closest('details').open = false;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    fetch(form.action, { method: 'POST', body, redirect: 'manual' }).catch(() => {});
  });
}

/** Points in time in the reader's own zone and language. */
function times(root = document) {
  const format = (dateStyle) => new Intl.DateTimeFormat(undefined, { dateStyle, timeStyle: 'short' });
  const [long, medium] = [format('long'), format('medium')];
  for (const time of all('time[datetime]', root)) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    if (time.hasAttribute('data-local')) time.textContent = (time.dataset.local === 'medium' ? medium : long).format(at);
    else time.title = long.format(at);
  }
}

/** A form is sent once: its button says so, and a second press does nothing. */
function submits() {
  const reset = () => {
    for (const form of all('form[data-sent]')) delete form.dataset.sent;
    for (const button of all('button[aria-busy]')) {
      button.removeAttribute('aria-busy');
      if (button.dataset.words) button.lastChild.textContent = button.dataset.words;
    }
  };
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'true';
    const button = form.querySelector('button[data-busy]');
    if (!button || (event.submitter?.name && event.submitter !== button)) return;
    button.dataset.words = button.lastChild.textContent;
    button.lastChild.textContent = button.dataset.busy;
    button.setAttribute('aria-busy', 'true');
  });
  window.addEventListener('pageshow', reset);
}

/** Puts the parts named by data-live from a fresh copy of the page in place of those shown. */
function replaceParts(fresh, parts) {
  for (const part of parts) {
    const next = fresh?.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
    if (!next || part.contains(document.activeElement) || part.querySelector('details[open]')) continue;
    part.replaceWith(next);
    times(next);
  }
}

/**
 * Follows background work. One stream at a time: a browser allows six connections to a host, over all its tabs.
 * The stream says that something changed; how it looks comes from the page itself.
 */
function live() {
  const smallest = () => all('[data-live]').filter((part) => !part.querySelector('[data-live]'));
  let stream = null;
  let timer = 0;
  async function refresh() {
    const fresh = await page(location.href);
    if (!fresh) return;
    replaceParts(fresh, smallest());
    for (const row of all('[data-user-id][data-events]')) {
      const same = fresh.querySelector(`[data-user-id="${CSS.escape(row.dataset.userId)}"]`);
      if (same && !same.dataset.events) delete row.dataset.events;
    }
    follow();
  }
  const soon = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(refresh, wait);
  };
  function follow() {
    const waiting = all('[data-events]');
    const address = waiting[0]?.dataset.events;
    if (document.hidden || !address) {
      stream?.close();
      stream = null;
      return;
    }
    if (stream?.url !== new URL(address, location.href).href) {
      stream?.close();
      stream = new EventSource(address);
      let first = true;
      const heard = () => {
        // The first event repeats what the page already shows.
        if (!first) soon(100);
        first = false;
      };
      stream.onmessage = heard;
      stream.addEventListener('provisioning', heard);
      stream.onerror = () => stream?.readyState === EventSource.CLOSED && soon(5000);
    }
    // The others are looked at now and then, and so is a stream that stays silent.
    soon(waiting.length > 1 ? 3000 : 6000);
  }
  document.addEventListener('visibilitychange', follow);
  document.addEventListener('console:replaced', follow);
  follow();
}

/** Search as one types: the list follows, and so does the address. */
function search() {
  let timer = 0;
  let latest = 0;
  async function run(form) {
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...query]) if (!value) query.delete(name);
    const href = `${form.getAttribute('action')}${query.size ? `?${query}` : ''}`;
    const mine = ++latest;
    const fresh = await page(href);
    if (!fresh || mine !== latest) return;
    const name = form.dataset.search;
    const next = fresh.getElementById(name);
    const menusNow = all('details.menu', form);
    all('form[data-search] details.menu', fresh).forEach((menu, at) => menusNow.at(at)?.replaceWith(menu));
    if (!next) return;
    document.getElementById(name).replaceWith(next);
    times(next);
    history.replaceState(null, '', href);
    document.dispatchEvent(new Event('console:replaced'));
  }
  document.addEventListener('input', (event) => {
    const form = event.target.closest('form[data-search]');
    if (!form || event.target.type !== 'search') return;
    clearTimeout(timer);
    timer = setTimeout(run, 300, form);
  });
}

/** Accounts that match what is typed; nothing if they did not come. */
async function accountChoices(typed, may) {
  const query = new URLSearchParams({ q: typed, may });
  const answer = await fetch(`/console/account-choices?${query}`, { headers: { Accept: 'application/json' } }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

/** One account of the switcher, made like those that stand there. */
function switcherEntry(like, account) {
  const item = like.cloneNode(true);
  const button = item.querySelector('button');
  button.value = account.id;
  button.toggleAttribute('aria-current', account.current);
  if (account.current) button.setAttribute('aria-current', 'true');
  const tile = item.querySelector('.tile');
  tile.className = `tile hue-${account.hue}`;
  tile.textContent = account.initials;
  item.querySelector('.person-name').textContent = account.name;
  item.querySelector('.person-sub').textContent = account.path;
  item.querySelector('.end').textContent = account.kind;
  return item;
}

/** Accounts are found as one types: in the switcher, and in fields that take one. */
function accountSearch() {
  const list = document.querySelector('[data-switcher-list]');
  const first = list ? [...list.children] : [];
  let timer = 0;
  let latest = 0;
  async function find(input) {
    const mine = ++latest;
    const typed = input.value.trim();
    const inSwitcher = Boolean(input.closest('[data-switcher-search]'));
    if (inSwitcher && !typed) return list.replaceChildren(...first);
    const found = await accountChoices(typed, inSwitcher ? 'work' : 'give');
    if (!found || mine !== latest) return;
    if (inSwitcher) {
      list.replaceChildren(...found.map((account) => switcherEntry(first[0], account)));
      return;
    }
    const select = document.getElementById(input.dataset.accountSearch);
    const kept = [...select.options].filter((option) => !option.value || option.selected);
    const others = found.filter((account) => !kept.some((option) => option.value === account.id));
    const words = (account) => (account.path ? `${account.name} (${account.path})` : account.name);
    select.replaceChildren(...kept, ...others.map((account) => new Option(words(account), account.id)));
    const said = document.getElementById(input.id.replace(/find$/, 'found'));
    if (said) said.textContent = found.length === 1 ? '1 account found.' : `${found.length || 'No'} accounts found.`;
  }
  document.addEventListener('input', (event) => {
    if (!event.target.matches?.('[data-switcher-search] input[type="search"], [data-account-search]')) return;
    clearTimeout(timer);
    timer = setTimeout(find, 300, event.target);
  });
  // Enter in a form that saves would save it.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.target.matches?.('[data-account-search]')) return;
    event.preventDefault();
    clearTimeout(timer);
    find(event.target);
  });
}

/** A link with data-dialog shows the page it leads to as a dialog. */
function dialogs() {
  document.addEventListener('click', async (event) => {
    const link = event.target.closest('a[data-dialog]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const content = (await page(link.href))?.querySelector('[data-dialog-content]');
    if (!content) return location.assign(link.href);
    const dialog = document.createElement('dialog');
    dialog.className = 'dialog';
    dialog.setAttribute('aria-labelledby', content.getAttribute('aria-labelledby'));
    dialog.append(...content.childNodes);
    document.body.append(dialog);
    dialog.addEventListener('click', (click) => {
      if (click.target !== dialog && !click.target.closest('[data-close]')) return;
      click.preventDefault();
      dialog.close();
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      (link.closest('details')?.querySelector('summary') ?? link).focus();
    });
    const menu = link.closest('details');
    if (menu) menu.open = false;
    dialog.showModal();
  });
  const created = document.querySelector('[data-created]');
  if (!created) return;
  created.querySelector('[autofocus]')?.focus();
  created.addEventListener('keydown', (event) => event.key === 'Escape' && location.assign(created.dataset.created));
}

/** A password shown once can be copied and printed. */
function secrets() {
  for (const button of all('[data-copy], [data-print]')) button.hidden = false;
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy], [data-print]');
    const box = button?.closest('[data-secret]');
    if (!box) return;
    const value = box.querySelector('[data-secret-value]').textContent;
    if (button.hasAttribute('data-copy')) {
      await navigator.clipboard.writeText(value).catch(() => {});
      button.lastElementChild.textContent = 'Copied';
      return;
    }
    const form = button.closest('form');
    const typed = (name) => form?.elements[name]?.value ?? '';
    const login = button.dataset.printLogin || (typed('loginLocal') && `${typed('loginLocal')}@${typed('loginDomain')}`);
    slip(typed('displayName') || button.dataset.print, login, value);
  });
}

/** Prints a slip with nothing else on the paper. */
function slip(name, login, password) {
  const paper = document.createElement('section');
  paper.className = 'slip';
  const lines = [['Name', name], ['Login name', login], ['Password', password], ['Sign in at', `${location.origin}/console`]];
  const list = document.createElement('dl');
  for (const [label, value] of lines.filter(([, value]) => value)) {
    const term = document.createElement('dt');
    const what = document.createElement('dd');
    term.textContent = label;
    what.textContent = value;
    list.append(term, what);
  }
  paper.append(list);
  document.body.append(paper);
  document.documentElement.classList.add('printing-slip');
  window.print();
  document.documentElement.classList.remove('printing-slip');
  paper.remove();
}

/** What happened is read first: errors are focused, a toast can be dismissed. */
function notices() {
  document.querySelector('[data-errors]')?.focus();
  for (const button of all('[data-dismiss]')) {
    button.hidden = false;
    button.addEventListener('click', () => button.closest('[data-toast]').remove());
  }
}

menus();
theme();
times();
search();
accountSearch();
dialogs();
secrets();
notices();
live();
// Last, so that what other listeners stop is not marked as sent.
submits();
