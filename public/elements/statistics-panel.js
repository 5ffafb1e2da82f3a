import { language, t } from '../i18n/translate.js';
import { bitRate } from '../lib/format.js';
import { LightElement } from './light-element.js';

/** @typedef {import('../types/call.js').LinkStatistics} LinkStatistics */
/** @typedef {import('../types/call.js').VideoStatistics} VideoStatistics */

const interval = 1000;

/** The figures of every connection, second by second while it is shown. */
export class StatisticsPanel extends LightElement {
  /** @type {import('../call/call-controller.js').CallController | null} the call whose figures are shown; null: there is none */
  call = null;
  #shown = false;

  /**
   * Figures are asked for only while somebody looks.
   *
   * @param {boolean} shown
   */
  set shown(shown) {
    this.#shown = shown;
    if (shown) this.#measure();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    const timer = setInterval(() => this.#measure(), interval);
    signal.addEventListener('abort', () => clearInterval(timer));
  }

  async #measure() {
    if (!this.#shown) return;
    const links = Object.entries((await this.call?.statistics())?.links ?? {});
    if (links.length === 0) {
      this.textContent = t('statistics.none');
      return;
    }
    this.replaceChildren(...links.map(([id, link]) => card(this.call?.state.participants[id]?.name ?? id, link)));
  }
}

/** @param {string} name @param {LinkStatistics} link */
function card(name, link) {
  const section = document.createElement('section');
  const title = document.createElement('h3');
  const list = document.createElement('dl');
  section.className = 'statistics-card';
  title.textContent = name;
  list.append(...rows(link).map(([key, value]) => figureRow(t(`statistics.${key}`), value)));
  section.append(title, list);
  return section;
}

/**
 * A figure and its name, for a `dl`.
 *
 * @param {string} name
 * @param {string} value
 */
export function figureRow(name, value) {
  const line = document.createElement('div');
  const term = document.createElement('dt');
  const figure = document.createElement('dd');
  term.textContent = name;
  figure.textContent = value;
  line.append(term, figure);
  return line;
}

/** @param {LinkStatistics} link @returns {[string, string][]} */
function rows(link) {
  const percent = new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: 1 });
  const loss = (/** @type {number | null} */ value) => (value === null ? '–' : percent.format(value));
  return [
    ['quality', t(`quality.${link.quality}`) + (link.reason === null ? '' : ` (${t(`quality.reason.${link.reason}`)})`)],
    ['roundTrip', link.roundTripTime === null ? '–' : `${Math.round(link.roundTripTime)} ms`],
    ['loss', `↓ ${loss(link.lossReceived)}  ↑ ${loss(link.lossSent)}`],
    ['rate', `↓ ${bitRate(link.bitsPerSecondReceived, language())}  ↑ ${bitRate(link.bitsPerSecondSent, language())}`],
    ['received', picture(link.received.camera)],
    ['sent', picture(link.sent.camera)],
    ...(link.received.screen ? [/** @type {[string, string]} */ (['screen', picture(link.received.screen)])] : []),
    ['path', [t(link.relayed ? 'statistics.relayed' : 'statistics.direct'), link.protocol?.toUpperCase()].filter(Boolean).join(', ')],
  ];
}

/**
 * A picture's size, rate and codec.
 *
 * @param {VideoStatistics | null} video
 */
export function picture(video) {
  if (!video || video.width === null || video.height === null) return '–';
  const rate = video.framesPerSecond === null ? '' : `, ${Math.round(video.framesPerSecond)}/s`;
  return `${video.width} × ${video.height}${rate}${video.codec ? `, ${video.codec}` : ''}`;
}
customElements.define('statistics-panel', StatisticsPanel);
