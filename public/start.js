// Starts the page. It imports nothing by itself: what comes in one file is either there or not.

/** How often a page that did not come whole is loaded anew without being asked; then a person decides. */
const attempts = 4;
const key = 'parley.start';

/** The words while nothing else has come, message files included. */
const words = {
  de: { text: 'Die Seite konnte nicht vollständig geladen werden. Besteht eine Netzverbindung?', again: 'Noch einmal versuchen' },
  en: { text: 'The page could not be loaded completely. Is the network there?', again: 'Try again' },
  es: { text: 'La página no se pudo cargar por completo. ¿Hay conexión de red?', again: 'Reintentar' },
  fr: { text: 'La page n’a pas pu être chargée entièrement. Le réseau est-il là ?', again: 'Réessayer' },
  it: { text: 'Non è stato possibile caricare tutta la pagina. La rete c’è?', again: 'Riprova' },
  pt: { text: 'A página não pôde ser carregada por completo. Há conexão de rede?', again: 'Tentar de novo' },
};

/** How often this tab has tried, counted beyond a reload; always the last time where nothing can be kept. */
const tries = {
  get count() {
    try { return Number(sessionStorage.getItem(key) ?? 0); } catch { return attempts; }
  },
  set count(value) {
    try { if (value) sessionStorage.setItem(key, String(value)); else sessionStorage.removeItem(key); } catch { /* kept nowhere */ }
  },
};

/** @param {readonly string[]} wishes BCP 47 tags, best first */
function wordsOf(wishes) {
  const language = wishes.map((wish) => wish.toLowerCase().split('-')[0] ?? '').find((tag) => Object.hasOwn(words, tag));
  return words[/** @type {keyof typeof words} */ (language ?? 'en')];
}

function offerAnotherTry() {
  const { text, again } = wordsOf(navigator.languages);
  const paragraph = document.createElement('p');
  const button = document.createElement('button');
  button.className = 'button';
  [paragraph.textContent, button.textContent] = [text, again];
  button.addEventListener('click', () => location.reload());
  const page = document.getElementById('page') ?? document.body;
  page.setAttribute('role', 'alert');
  page.classList.add('unstarted');
  page.replaceChildren(paragraph, button);
}

/** A network that changed, or a server that was just replaced, is there again in a moment. */
async function tryAgain() {
  if (!navigator.onLine) await new Promise((resolve) => { addEventListener('online', resolve, { once: true }); });
  await new Promise((resolve) => { setTimeout(resolve, 500 * 2 ** tries.count); });
  tries.count += 1;
  location.reload();
}

import('./app.js').then(() => { tries.count = 0; }, async (error) => {
  console.error(error);
  if (tries.count < attempts) return tryAgain();
  tries.count = 0;
  return offerAnotherTry();
});
