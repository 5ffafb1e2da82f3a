/** @typedef {import('../types/call.js').CallState} CallState */

/** The state before anything happened. @type {CallState} */
export const idle = Object.freeze({
  phase: 'idle',
  me: null,
  room: null,
  participants: Object.freeze({}),
  waiting: Object.freeze([]),
  waitingReason: null,
  waitingMessage: null,
  chat: Object.freeze([]),
  formerChat: Object.freeze([]),
  links: Object.freeze({}),
  topologies: Object.freeze([]),
  hostKey: null,
  ended: null,
});
