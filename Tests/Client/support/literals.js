/** Objects of the protocol with everything in them, for tests to change what matters. */

export const hello = {
  version: 1, server: 'Parley 0.1.0', time: 0, heartbeat: 10,
  limits: { messageBytes: 65536, descriptionBytes: 196608, nameCharacters: 64, chatCharacters: 4000, chatHistory: 500 },
  topologies: ['mesh', 'routed'],
};

export const preset = ['publishAudio', 'publishVideo', 'publishScreen', 'chat', 'chatPrivately', 'draw', 'shareFiles', 'poll', 'record'];
export const everything = [...preset, 'moderate', 'admit'];

/** @param {string} id @param {object} [changes] @returns {any} */
export function participant(id, changes = {}) {
  return {
    id, name: id.toUpperCase(), role: 'participant', owner: false, permissions: preset,
    devices: { audio: true, video: true, screen: false }, hand: null, connection: 'connected', joinedAt: 1000,
    quality: { publishing: null, receiving: null },
    ...changes,
  };
}

/** @param {object} [changes] @returns {any} */
export function room(changes = {}) {
  return {
    name: 'tea', mode: 'auto', topology: 'mesh', former: null, createdAt: 1000, endsAt: null, locked: false, hasPassword: false, lobby: false,
    waitForHost: false, lobbyMessage: null, maxParticipants: 100, maxViewers: 500, viewers: 0, dominantSpeaker: null,
    rules: Object.fromEntries(preset.map((permission) => [permission, true])),
    ...changes,
  };
}

/** @param {object} [changes] @returns {any} */
export function snapshot(changes = {}) {
  return {
    state: 'joined', participant: 'p_b', resumeToken: 'token-1', room: room(),
    participants: [participant('p_a'), participant('p_b', { joinedAt: 2000 })], chat: [], iceServers: [], seq: 0,
    ...changes,
  };
}

/** @param {string} id @param {object} [changes] @returns {any} */
export function chatMessage(id, changes = {}) {
  return {
    id, from: 'p_a', name: 'Ada', to: null, text: 'Hello', sentAt: 1, replyTo: null, editedAt: null, deleted: false, reactions: {},
    ...changes,
  };
}
