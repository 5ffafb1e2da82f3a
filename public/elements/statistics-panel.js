import { language, t } from '../i18n/translate.js';
import { bitRate } from '../lib/format.js';
import { self } from '../state/selectors.js';
import { LightElement } from './light-element.js';
import { ratingWords, signalOf } from './signal-words.js';

/** @typedef {import('../types/call.js').CallStatistics} CallStatistics */
/** @typedef {import('../types/call.js').ForwardedPicture} ForwardedPicture */
/** @typedef {import('../types/messages.js').Participant} Participant */
/** @typedef {import('../types/messages.js').Quality} Quality */
/** @typedef {import('../types/call.js').LinkStatistics} LinkStatistics */
/** @typedef {import('../types/call.js').LayerStatistics} LayerStatistics */
/** @typedef {import('../types/call.js').OwnStatistics} OwnStatistics */
/** @typedef {import('../types/call.js').VideoStatistics} VideoStatistics */
/** @typedef {[name: string, value: string]} Figure */

const interval = 1000;
const sizes = Object.freeze(/** @type {const} */ (['small', 'medium', 'large']));

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
    const { links = {}, own = null, downlink = null } = (await this.call?.statistics({ detailed: true })) ?? {};
    const state = this.call?.state;
    const mine = (state && self(state)?.quality) ?? null;
    const cards = [
      ...(own ? [card(t('statistics.own'), ownFigures(own, mine))] : []),
      ...(downlink ? [card(t('statistics.downlink'), downlinkFigures(downlink, mine))] : []),
      ...Object.entries(links).map(([id, link]) => card(state?.participants[id]?.name ?? id, linkFigures(link, state?.participants[id]))),
    ];
    if (cards.length === 0) this.textContent = t('statistics.none');
    else this.replaceChildren(...cards);
  }
}

/** @param {string} name @param {Figure[]} figures */
function card(name, figures) {
  const section = document.createElement('section');
  const title = document.createElement('h3');
  const list = document.createElement('dl');
  section.className = 'statistics-card';
  title.textContent = name;
  list.append(...figures.map(([key, value]) => figureRow(key, value)));
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

/** @param {LinkStatistics} link @param {Participant} [participant] @returns {Figure[]} */
function linkFigures(link, participant) {
  const isDirect = link.path === 'direct';
  return [
    [t('statistics.quality'), signalOf((!isDirect && participant) || {}, false, link).words],
    [t('statistics.received'), pictureReceived(link)],
    ...sizeFigure('statistics.size', link.picture),
    ...(link.received.screen ? [/** @type {Figure} */ ([t('statistics.screen'), picture(link.received.screen)])] : []),
    ...sizeFigure('statistics.screenSize', link.screen),
    ...(isDirect ? [/** @type {Figure} */ ([t('statistics.sent'), picture(link.sent.camera)])] : []),
    [t('statistics.rate'), `↓ ${rate(link.bitsPerSecondReceived)}${isDirect ? `  ↑ ${rate(link.bitsPerSecondSent)}` : ''}`],
    [t('statistics.loss'), `↓ ${share(link.lossReceived)}${isDirect ? `  ↑ ${share(link.lossSent)}` : ''}`],
    ...(isDirect ? [/** @type {Figure} */ ([t('statistics.roundTrip'), time(link.roundTripTime)])] : []),
    [t('statistics.path'), way(isDirect ? (link.relayed ? 'relayed' : 'direct') : 'server', link.protocol)],
  ];
}

/**
 * Which layer is sent of a picture, and why it is not the one that its tile could use.
 *
 * @param {string} name
 * @param {ForwardedPicture | null} forwarded
 * @returns {Figure[]}
 */
function sizeFigure(name, forwarded) {
  if (forwarded?.state !== 'active' || forwarded.layer === null) return [];
  if (forwarded.wanted === null) return [[t(name), sizeName(forwarded.layer)]];
  const [sent, wanted] = [sizeName(forwarded.layer), sizeName(forwarded.wanted)];
  if (forwarded.layer >= forwarded.wanted) return [[t(name), t('statistics.size.wanted', { sent })]];
  const size = t('statistics.size.less', { sent, wanted });
  return [[t(name), forwarded.limit === null ? size : t('statistics.because', { fact: size, reason: t(`statistics.limit.${forwarded.limit}`) })]];
}

/** @param {number} layer */
function sizeName(layer) {
  const size = sizes[layer];
  return size ? t(`statistics.layer.${size}`) : String(layer + 1);
}

/** @param {NonNullable<CallStatistics['downlink']>} downlink @param {Quality | null} mine @returns {Figure[]} */
function downlinkFigures({ bitsPerSecond, wantedBitsPerSecond, loss, roundTripTime }, mine) {
  return [
    ...ratingFigure(mine, 'receiving'),
    [t('statistics.carries'), `↓ ${rate(bitsPerSecond)}`],
    [t('statistics.wanted'), `↓ ${rate(wantedBitsPerSecond)}`],
    [t('statistics.loss'), `↓ ${share(loss / 10_000)}`],
    [t('statistics.roundTrip'), time(roundTripTime)],
  ];
}

/** @param {Quality | null} mine @param {'publishing' | 'receiving'} direction @returns {Figure[]} */
function ratingFigure(mine, direction) {
  const rating = mine?.[direction];
  return rating ? [[t('statistics.quality'), ratingWords(rating, direction, true)]] : [];
}

/** @param {OwnStatistics} own @param {Quality | null} mine @returns {Figure[]} */
function ownFigures(own, mine) {
  const limit = own.limitedBy === null || own.limitedBy === 'other' ? null : t(`quality.reason.${own.limitedBy}`);
  return [
    ...ratingFigure(mine, 'publishing'),
    ...own.layers.map((layer) => /** @type {Figure} */ ([layerName(layer), layerFigures(layer)])),
    ...(limit ? [/** @type {Figure} */ ([t('statistics.limited'), limit])] : []),
    [t('statistics.rate'), `↑ ${rate(own.bitsPerSecondSent)}`],
    ...(own.availableBitsPerSecond === null ? [] : [/** @type {Figure} */ ([t('statistics.carries'), `↑ ${rate(own.availableBitsPerSecond)}`])]),
    [t('statistics.loss'), `↑ ${share(own.lossSent)}`],
    [t('statistics.roundTrip'), time(own.roundTripTime)],
    [t('statistics.path'), way('server', own.protocol)],
  ];
}

/** @param {LayerStatistics} layer */
function layerName({ source, layer }) {
  if (source === 'screen') return t('statistics.ownScreen');
  return layer === null ? t('statistics.sent') : t('statistics.layer', { size: t(`statistics.layer.${sizes[layer]}`) });
}

/** @param {LayerStatistics} layer */
function layerFigures(layer) {
  if (!layer.active) return t('statistics.off');
  if (layer.bitsPerSecond === 0) return t('statistics.resting');
  const arrived = layer.bitsPerSecondArrived;
  const arrives = arrived === null ? '' : ` (${t('statistics.arrives', { rate: rate(arrived) })})`;
  return `${picture(layer)}, ${rate(layer.bitsPerSecond)}${arrives}`;
}

/** @param {LinkStatistics} link */
function pictureReceived({ received, picture: sent }) {
  if (sent && sent.state !== 'active') return t(`statistics.picture.${sent.state}`);
  return picture(received.camera);
}

/**
 * A picture's size, rate and codec.
 *
 * @param {VideoStatistics | null} video
 */
export function picture(video) {
  if (!video || video.width === null || video.height === null) return '–';
  const frames = video.framesPerSecond === null ? '' : `, ${Math.round(video.framesPerSecond)}/s`;
  return `${video.width} × ${video.height}${frames}${video.codec ? `, ${video.codec}` : ''}`;
}

/** @param {'direct' | 'relayed' | 'server'} path @param {string | null} protocol */
function way(path, protocol) {
  return [t(`statistics.${path}`), protocol?.toUpperCase()].filter(Boolean).join(', ');
}

/** @param {number | null} value */
function share(value) {
  return value === null ? '–' : new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: 1 }).format(value);
}

/** @param {number | null} milliseconds */
function time(milliseconds) {
  return milliseconds === null ? '–' : `${Math.round(milliseconds)} ms`;
}

/** @param {number} bitsPerSecond */
function rate(bitsPerSecond) {
  return bitRate(bitsPerSecond, language());
}
customElements.define('statistics-panel', StatisticsPanel);
