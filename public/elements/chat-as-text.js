/**
 * The chat as a text file: a line per message, time and writer first.
 *
 * @param {readonly import('../types/messages.js').ChatMessage[]} chat
 * @param {string} locale
 * @param {string} privately the word for a message that is not for everybody
 * @returns {string}
 */
export function chatAsText(chat, locale, privately) {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'medium' });
  return chat.filter(({ deleted }) => !deleted).map(({ sentAt, name, to, text }) => {
    const head = `[${time.format(sentAt)}] ${name}${to === null ? '' : ` (${privately})`}: `;
    return `${head}${text.replace(/\r?\n/g, '\n    ')}\n`;
  }).join('');
}
