import { listOf, t } from '../i18n/translate.js';
import { signalOf } from './signal-words.js';

/** @typedef {import('../types/messages.js').Participant} Participant */
/** @typedef {import('../types/call.js').LinkState} LinkState */
/** @typedef {'good' | 'fair' | 'poor'} Quality */
/** @typedef {Pick<TileView, 'participant' | 'me' | 'link' | 'quality'>} ConnectionView what there is to know of a connection */

/**
 * What a tile shows of a participant.
 *
 * @typedef {object} TileView
 * @property {Participant} participant
 * @property {MediaStreamTrack | null} track its picture
 * @property {boolean} me
 * @property {boolean} camera whether there is a picture to show
 * @property {boolean} mirrored
 * @property {import('./floor.js').Voice} voice
 * @property {boolean} pinned
 * @property {number | null} handOrder 1 for the first hand raised
 * @property {LinkState | null} link
 * @property {{quality: Quality, reason: string | null} | null} quality
 */

/**
 * What is said over the picture while there is none to trust.
 *
 * @param {ConnectionView} view
 * @returns {string | null}
 */
export function veilKey({ participant, me, link, quality }) {
  if (participant.connection === 'reconnecting') return 'tile.reconnecting';
  const state = link?.state ?? 'connected';
  if (me) return state === 'unstable' || state === 'failed' ? 'tile.notSent' : null;
  switch (state) {
    case 'unstable': return 'tile.unstable';
    case 'failed': return link?.path === 'server' ? 'tile.unstable' : 'tile.failed';
    case 'new':
    case 'connecting': return 'tile.connecting';
    case 'connected': return quality?.reason === 'interrupted' ? 'tile.reconnecting' : null;
  }
}

/**
 * What a screen reader says of a tile: the name first, and last what is wrong with the connection.
 *
 * @param {TileView} view
 */
export function tileLabel(view) {
  const facts = tileFacts(view);
  const who = facts.length === 0 ? view.participant.name : `${view.participant.name}, ${listOf(facts)}`;
  const signal = shownSignal(view);
  return signal === null ? who : `${who}. ${signal.words}.`;
}

/** @param {TileView} view @returns {string[]} what there is to say beside the name */
export function tileFacts(view) {
  const { participant, me, camera, handOrder } = view;
  const veil = veilKey(view);
  const facts = [
    me ? t('tile.itIsYou') : null,
    participant.role === 'machine' ? t('tile.machine') : null,
    participant.devices.audio ? null : t('tile.muted'),
    view.voice === 'silent' ? null : t('tile.speaking'),
    camera ? null : t('tile.cameraOff'),
    handOrder === null ? null : t('tile.handRaised', { number: handOrder }),
    view.pinned ? t('tile.pinned') : null,
    veil === null ? null : t(veil),
  ];
  return facts.flatMap((fact) => fact ?? []);
}

/**
 * How badly somebody is connected; null where there is nothing to say, or the veil says it.
 *
 * @param {ConnectionView} view
 * @returns {import('./signal-words.js').Signal | null}
 */
export function shownSignal(view) {
  const signal = signalOf(view.participant, view.me, view.quality);
  return signal.level === 'good' || veilKey(view) !== null ? null : signal;
}
