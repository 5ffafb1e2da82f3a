/**
 * What of the words on a page does not fit: written beyond the window or its box, or broken within a word.
 *
 * @returns {string[]} a sentence for each
 */
() => {
  const isShown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !element.closest('.visually-hidden, option, tool-tip, noscript');
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const found = wide > 0 ? [`the page is ${wide} px wider than its window`] : [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const box = text.parentElement;
    if (text.data.trim() === '' || !isShown(box)) continue;
    const { display, overflowX } = getComputedStyle(box);
    if (display !== 'inline' && overflowX === 'visible' && box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1) {
      found.push(`“${text.data}” spills out of its box`);
    }
    for (const { 0: word, index } of text.data.matchAll(/[^\s/-]+/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = [...range.getClientRects()].filter(({ width }) => width > 1);
      if (lines.some(({ left, right }) => left < -1 || right > innerWidth + 1)) found.push(`“${word}” is beyond the window`);
      if (lines.some(({ top }) => top > lines[0].bottom - 1)) found.push(`“${word}” is broken into lines`);
    }
  }
  return [...new Set(found)];
}
