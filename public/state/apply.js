import { unreachable } from '../lib/unreachable.js';

/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('../types/call.js').LinkState} LinkState */
/** @typedef {import('../types/messages.js').ServerEvent} ServerEvent */
/** @typedef {import('../types/messages.js').EnterResult} EnterResult */
/** @typedef {import('../types/messages.js').Snapshot} Snapshot */
/** @typedef {import('../types/messages.js').Participant} Participant */
/** @typedef {import('../types/messages.js').ChatMessage} ChatMessage */

const chatLimit = 500; // what the server keeps for late joiners

/**
 * The call after one event of the server. What an event does not concern stays the same object.
 *
 * @param {CallState} state
 * @param {ServerEvent} event
 * @returns {CallState}
 */
export function apply(state, event) {
  switch (event.type) {
    case 'participantJoined': return withParticipant(state, event.participant);
    case 'participantLeft': return without(state, event.participant);
    case 'participantChanged': return changed(state, event.participant, event.changes);
    case 'roomChanged': return state.room ? { ...state, room: { ...state.room, ...event.changes } } : state;
    case 'chatMessage': return { ...state, chat: withMessage(state.chat, event.message) };
    case 'chatChanged': return { ...state, chat: replaced(state.chat, event.message) };
    case 'qualityChanged': return event.participants.reduce((sofar, { id, quality }) => changed(sofar, id, { quality }), state);
    case 'waitingChanged': return { ...state, waiting: event.waiting };
    case 'lobbyMessage': return { ...state, waitingMessage: event.text };
    case 'admitted': return entered(state, event);
    case 'denied': return ended(state, { code: 'denied', message: event.message ?? null });
    case 'removed': return ended(state, { code: event.reason, message: event.message ?? null });
    case 'roomEnded': return ended(state, { code: 'roomEnded', message: null });
    case 'hostKey': return { ...state, hostKey: event.hostKey };
    case 'signal':
    case 'reaction':
    case 'moderated':
    case 'resumeToken':
    case 'serverStopping':
    case 'subscription': case 'slots': case 'mediaLost': case 'demand': case 'echoEnded': return state; // not part of the state: `call/` acts upon them
    default: return unreachable(event, state);
  }
}

/**
 * The call after `join` or `resume` was answered.
 *
 * @param {CallState} state
 * @param {EnterResult | Snapshot} result
 * @param {ReadonlySet<string>} [kept] participants who are not in the snapshot and whose media still flows: after a restart
 *   of the server they are on their way back, so they stay as `reconnecting`
 * @returns {CallState}
 */
export function entered(state, result, kept = new Set()) {
  switch (result.state) {
    case 'resumed': return { ...state, phase: 'joined', me: result.participant };
    case 'waiting': return {
      ...state,
      phase: 'waiting',
      me: result.participant,
      waitingReason: result.reason,
      waitingMessage: result.message ?? null,
    };
    case 'joined': return fromSnapshot(state, result, kept);
    default: return unreachable(result, state);
  }
}

/** @param {CallState} state @param {Snapshot} snapshot @param {ReadonlySet<string>} kept @returns {CallState} */
function fromSnapshot(state, snapshot, kept) {
  const absent = Object.values(state.participants)
    .filter((participant) => kept.has(participant.id))
    .map((participant) => ({ ...participant, connection: /** @type {const} */ ('reconnecting') }));
  const participants = Object.fromEntries([...absent, ...snapshot.participants].map((one) => [one.id, one]));
  return {
    ...state,
    phase: 'joined',
    me: snapshot.participant,
    room: snapshot.room,
    participants,
    waiting: snapshot.waiting ?? [],
    waitingReason: null,
    waitingMessage: null,
    chat: snapshot.chat,
    formerChat: formerChat(state, snapshot.chat),
    links: Object.fromEntries(Object.entries(state.links).filter(([id]) => id in participants)),
    hostKey: snapshot.hostKey ?? state.hostKey,
    ended: null,
  };
}

/**
 * What stood in the chat and is lost to a server that was restarted. One that only sends anew what it knows has messages
 * in common with us, or so many that ours are no longer among them.
 *
 * @param {CallState} state
 * @param {readonly ChatMessage[]} chat as the server has it now
 */
function formerChat({ chat: known, formerChat: former }, chat) {
  const ids = new Set(chat.map(({ id }) => id));
  if (known.length === 0 || chat.length >= chatLimit || known.some(({ id }) => ids.has(id))) return former;
  return [...former, ...known].slice(-chatLimit);
}

/** @param {CallState} state @param {import('../types/call.js').Phase} phase @returns {CallState} */
export function inPhase(state, phase) {
  return state.phase === phase ? state : { ...state, phase };
}

/**
 * The first reason stays: the close of the connection that follows says less.
 *
 * @param {CallState} state
 * @param {import('../types/call.js').CallEnd} end
 * @returns {CallState}
 */
export function ended(state, end) {
  return state.ended ? state : { ...state, phase: 'ended', links: {}, ended: end };
}

/** @param {CallState} state @param {string} participant @param {LinkState | null} link null: there is none any more */
export function withLink(state, participant, link) {
  const { [participant]: former, ...others } = state.links;
  if (former?.state === link?.state && former?.relayed === link?.relayed && former?.path === link?.path) return state;
  return { ...state, links: link ? { ...others, [participant]: link } : others };
}

/** @param {CallState} state @param {string} participant @returns {CallState} */
export function without(state, participant) {
  if (!(participant in state.participants)) return state;
  const { [participant]: left, ...participants } = state.participants;
  const { [participant]: link, ...links } = state.links;
  return { ...state, participants, links };
}

/** @param {CallState} state @param {Participant} participant @returns {CallState} */
function withParticipant(state, participant) {
  return { ...state, participants: { ...state.participants, [participant.id]: participant } };
}

/** @param {CallState} state @param {string} id @param {Partial<Participant>} changes */
function changed(state, id, changes) {
  const participant = state.participants[id];
  return participant ? withParticipant(state, { ...participant, ...changes, id }) : state;
}

/** @param {readonly ChatMessage[]} chat @param {ChatMessage} message */
function withMessage(chat, message) {
  if (chat.some((one) => one.id === message.id)) return replaced(chat, message);
  return [...chat, message].slice(-chatLimit);
}

/** @param {readonly ChatMessage[]} chat @param {ChatMessage} message */
function replaced(chat, message) {
  return chat.map((one) => (one.id === message.id ? message : one));
}
