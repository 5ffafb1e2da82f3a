/**
 * A `CallController` without a server. The query of the page says what happens:
 * `people=4` in the call, `off=1,3` without camera, `muted=2`, `hands=2,3`, `sharing=1`, `speaking=2`, `crowd` names,
 * `role=host`, `waiting=3` people in the lobby, `chat=1` a conversation, `phase=reconnecting`, `link=unstable`,
 * `topology=routed` through the server, `link=connecting` of the first of the others, `own=unstable` of what is published,
 * `refuse=roomLocked`, `retry=12`, `lobby=host|lobby`, `end=removed`, `locked=1`, `relayed=1`, `machines=1,2` encoders,
 * `keys=2` stream keys, `rated=1:poor:loss,0::fair:bandwidth` how somebody publishes and receives, `leader=2` who leads.
 */
import { idle } from '../state/call-state.js';
import { SignalingError } from '../signaling/signaling-error.js';
import { drawnPerson, drawnScreen } from '../fake/fake-people.js';

const query = new URLSearchParams(location.search);
const names = ['Ada', 'Björn Lindqvist', 'Chiara', 'Duc Nguyen', 'Élodie Martin', 'Farid', 'Grace', 'Hiroshi Tanaka', 'Inês', 'Jonas', 'Katarzyna', 'Liam', 'Mei', 'Noor', 'Oskar', 'Priya'];
const everything = ['publishAudio', 'publishVideo', 'publishScreen', 'chat', 'chatPrivately', 'draw', 'shareFiles', 'poll', 'record'];
const listed = (key) => new Set((query.get(key) ?? '').split(',').filter(Boolean).map(Number));
const now = Date.now();
/** How the server rates somebody: of `INDEX:LEVEL:REASON:LEVEL:REASON`, the first of what is published. */
const rated = new Map((query.get('rated') ?? '').split(',').filter(Boolean).map((text) => {
  const [index, ...[level, reason, ownLevel, ownReason]] = text.split(':');
  const rating = (level, reason) => (level ? { level, reason: reason || null } : null);
  return [Number(index), { publishing: rating(level, reason), receiving: rating(ownLevel, ownReason) }];
}));
const qualityOf = (index) => rated.get(index) ?? { publishing: null, receiving: null };

export class CallController extends EventTarget {
  #state = idle;
  #streams = new Map();
  constructor({ media }) {
    super();
    this.media = media;
    media.addEventListener('change', () => { if (this.#mine()) this.#me({ devices: media.active }); });
    globalThis.fake = this;
  }
  get state() { return this.#state; }
  streams(id) {
    const { participants } = this.#state;
    const index = Number(id.slice(2));
    if (!this.#streams.has(id)) this.#streams.set(id, { camera: drawnPerson(index), screen: participants[id]?.devices.screen ? drawnScreen() : null });
    return this.#streams.get(id);
  }
  look(tiles) { this.shown = tiles; }
  level(id) { return listed('speaking').has(Number(id.slice(2))) ? 0.7 : 0; }
  async returning() { return null; }
  async join({ room, name, password }) {
    this.set({ phase: 'connecting' });
    await new Promise((resolve) => setTimeout(resolve, Number(query.get('slow') ?? 150)));
    const refuse = query.get('refuse');
    if (refuse && password !== 'tea') {
      this.set({ phase: 'idle' });
      throw new SignalingError(refuse, refuse, query.has('retry') ? Number(query.get('retry')) : null);
    }
    if (query.get('lobby')) return this.set({ phase: 'waiting', me: 'p_0', waitingReason: query.get('lobby'), waitingMessage: query.get('note') });
    this.set(this.#scene(room, name));
    if (query.has('phase')) this.set({ phase: query.get('phase') });
    if (query.has('end')) this.set({ phase: 'ended', ended: { code: query.get('end'), message: query.get('note') } });
    if (query.has('react')) setInterval(() => this.tell('reaction', { participant: 'p_1', emoji: ['👍', '🎉', '❤️'][Math.floor(Math.random() * 3)] }), 900);
  }
  async leave() { this.set({ phase: 'ended', ended: { code: 'left', message: null } }); }
  async setAudio(on) { await this.media.setAudio(on); this.#me({ devices: { ...this.#mine().devices, audio: on } }); }
  async setVideo(on) { await this.media.setVideo(on); this.#me({ devices: { ...this.#mine().devices, video: on } }); }
  async shareScreen() { await this.media.startScreen(); this.#me({ devices: { ...this.#mine().devices, screen: true } }); }
  async stopScreen() { this.media.stopScreen(); this.#me({ devices: { ...this.#mine().devices, screen: false } }); }
  async rename(name) { this.#me({ name }); }
  async raiseHand(raised) { this.#me({ hand: raised ? Date.now() : null }); }
  async react(emoji) { this.tell('reaction', { participant: this.#state.me, emoji }); }
  async sendChat(text, { to = null, replyTo = null } = {}) {
    const message = { id: `m_${Math.random()}`, from: 'p_0', name: this.#mine().name, to, text, sentAt: Date.now(), replyTo, editedAt: null, deleted: false, reactions: {} };
    this.set({ chat: [...this.#state.chat, message] });
    return message.id;
  }
  async editChat(id, text) { this.#message(id, { text, editedAt: Date.now() }); }
  async deleteChat(id) { this.#message(id, { text: '', deleted: true }); }
  async reactToChat(id, emoji, on) { this.#message(id, { reactions: on ? { [emoji]: ['p_0'] } : {} }); }
  async updateRoom({ password, rules, endsAfter, ...changes }) {
    const { room } = this.#state;
    if (changes.mode === 'mesh' || changes.mode === 'routed') changes.topology = changes.mode;
    this.set({ room: {
      ...room, ...changes, ...(password === undefined ? {} : { hasPassword: password !== '' }), rules: { ...room.rules, ...rules },
      ...(endsAfter === undefined ? {} : { endsAt: endsAfter === 0 ? null : Date.now() + endsAfter * 1000 }),
    } });
  }
  async moderate(action, who) {
    const ids = who === 'everyone' ? Object.keys(this.#state.participants).filter((id) => id !== 'p_0') : who;
    for (const id of ids) {
      const one = this.#state.participants[id];
      const { [id]: gone, ...rest } = this.#state.participants;
      if (action === 'remove' || action === 'ban') this.set({ participants: rest });
      else if (action === 'mute') this.set({ participants: { ...rest, [id]: { ...one, devices: { ...one.devices, audio: false } } } });
      else if (action === 'lowerHand') this.set({ participants: { ...rest, [id]: { ...one, hand: null } } });
    }
    return ids.length;
  }
  async admit(who) { this.set({ waiting: who === 'everyone' ? [] : this.#state.waiting.filter(({ id }) => !who.includes(id)) }); return 1; }
  async deny(who) { return this.admit(who); }
  async messageWaiting() { return 1; }
  async setRole(id, role) { this.set({ participants: { ...this.#state.participants, [id]: { ...this.#state.participants[id], role } } }); }
  async setPermission() {}
  async transferHost() {}
  #keys = ['Stage', 'Drone above the harbour'].slice(0, Number(query.get('keys') ?? 0)).map((name, at) => ({ id: `k_${at}`, name, createdAt: now - at * 9e7, participant: at === 0 ? 'p_1' : null }));
  async createStreamKey(name) {
    const id = `k_${this.#keys.length}`;
    this.#keys = [...this.#keys, { id, name, createdAt: Date.now(), participant: null }];
    return { id, name, key: 'sk_9t2m4vwx7kq3b6p8h5n7d2r4ya' };
  }
  async streamKeys() { return this.#keys; }
  async revokeStreamKey(streamKey) { this.#keys = this.#keys.filter(({ id }) => id !== streamKey); }
  async endRoom() { this.set({ phase: 'ended', ended: { code: 'roomEnded', message: null } }); }
  async audit() { return [{ time: now, by: 'p_0', byName: 'Ada', action: 'mute', target: 'p_1', targetName: 'Björn', detail: null }, { time: now + 60000, by: 'p_0', byName: 'Ada', action: 'updateRoom', target: null, targetName: null, detail: 'locked' }]; }
  async statistics() {
    const links = Object.keys(this.#state.participants).filter((id) => id !== 'p_0').map((id, index) => [id, {
      state: 'connected', roundTripTime: 38 + index * 11, lossReceived: index === 1 ? 0.043 : 0.002, lossSent: 0, bitsPerSecondReceived: 1_640_000, bitsPerSecondSent: 1_580_000,
      availableBitsPerSecond: 3e6, jitter: 4, received: { audioCodec: 'opus', camera: { codec: 'VP8', width: 1280, height: 720, framesPerSecond: 30, bitsPerSecond: 1.5e6 }, screen: null },
      sent: { audioCodec: 'opus', camera: { codec: 'VP8', width: 1280, height: 720, framesPerSecond: 29.6, bitsPerSecond: 1.5e6 }, screen: null },
      framesDecoded: 900, framesDropped: 0, freezes: 0, limitedBy: null, localCandidate: 'host', remoteCandidate: 'host', protocol: 'udp', relayed: false,
      path: this.#state.room.topology === 'routed' ? 'server' : 'direct', picture: this.#state.room.topology === 'routed' ? { state: index === 3 ? 'paused' : 'active', layer: 2 - (index % 3), wanted: 2, limit: ['network', 'network', 'switching'][index % 3] } : null, screen: null,
      quality: index === 1 ? 'poor' : index === 2 ? 'fair' : 'good', reason: index === 1 ? 'loss' : null,
    }]);
    const layer = (layer, width, framesPerSecond, bitsPerSecond) => ({ source: 'camera', layer, active: bitsPerSecond > 0, codec: 'VP8', width, height: (width * 9) / 16, framesPerSecond, bitsPerSecond, bitsPerSecondArrived: bitsPerSecond * 0.97 });
    const own = this.#state.room.topology === 'routed' ? {
      state: 'connected', roundTripTime: 24, lossSent: 0.001, bitsPerSecondSent: 720_000, availableBitsPerSecond: 9e5, limitedBy: 'bandwidth', protocol: 'udp',
      layers: [layer(2, 1280, 0, 0), layer(1, 640, 30, 490_000), layer(0, 320, 30, 148_000)],
    } : null;
    const downlink = own && { bitsPerSecond: 910_000, wantedBitsPerSecond: 2_450_000, loss: 140, roundTripTime: 42 };
    return { time: Date.now(), links: Object.fromEntries(links), own, downlink };
  }

  set(changes) {
    const previous = this.#state;
    this.#state = Object.freeze({ ...previous, ...changes });
    this.tell('change', { previous, state: this.#state });
  }
  tell(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }
  #mine() { return this.#state.participants.p_0; }
  #me(changes) { this.set({ participants: { ...this.#state.participants, p_0: { ...this.#mine(), ...changes } } }); }
  #message(id, changes) { this.set({ chat: this.#state.chat.map((one) => (one.id === id ? { ...one, ...changes } : one)) }); }

  #scene(room, name) {
    const role = query.get('role') ?? 'host';
    const count = Number(query.get('people') ?? 2);
    const [off, muted, raised, sharing, lost, machines] = ['off', 'muted', 'hands', 'sharing', 'lost', 'machines'].map(listed);
    const others = Array.from({ length: count - 1 }, (_, index) => index + 1).map((index) => ({
      id: `p_${index}`, name: names[index % names.length] + (index >= names.length ? ` ${index}` : ''), role: machines.has(index) ? 'machine' : index === 1 && role !== 'host' ? 'host' : index === 2 ? 'cohost' : 'participant', owner: false, permissions: everything,
      devices: { audio: !muted.has(index), video: !off.has(index), screen: sharing.has(index) }, hand: raised.has(index) ? now - 1000 * (50 - index) : null,
      connection: lost.has(index) ? 'reconnecting' : 'connected', joinedAt: now + index, quality: qualityOf(index),
    }));
    const me = {
      id: 'p_0', name, role, owner: role === 'host', permissions: role === 'host' ? [...everything, 'moderate', 'admit'] : everything,
      devices: { audio: this.media.active.audio, video: this.media.active.video, screen: false }, hand: null, connection: 'connected', joinedAt: now, quality: qualityOf(0),
    };
    const routed = query.get('topology') === 'routed';
    return {
      phase: 'joined', me: 'p_0', topologies: ['mesh', 'routed'],
      room: { name: room, mode: 'auto', topology: query.get('topology') ?? 'mesh', former: null, createdAt: now - 754_000, endsAt: null, locked: query.has('locked'), hasPassword: false, lobby: false, waitForHost: false, lobbyMessage: null, maxParticipants: 100, maxViewers: 500, viewers: Number(query.get('viewers') ?? 0), dominantSpeaker: query.has('leader') ? `p_${query.get('leader')}` : null, rules: Object.fromEntries(everything.map((one) => [one, true])) },
      participants: Object.fromEntries([me, ...others].map((one) => [one.id, one])),
      waiting: Array.from({ length: Number(query.get('waiting') ?? 0) }, (_, index) => ({ id: `w_${index}`, name: names[(index + 9) % names.length], since: now })),
      chat: query.has('talk') ? conversation(name) : [],
      links: Object.fromEntries(others.map(({ id }, index) => [id, { state: index === 0 ? query.get('link') ?? 'connected' : 'connected', relayed: query.has('relayed'), path: routed ? 'server' : 'direct' }]).concat(routed ? [['p_0', { state: query.get('own') ?? 'connected', relayed: false, path: 'server' }]] : [])),
      hostKey: role === 'host' ? 'hk_7Qm4VnT2pXz9' : null,
    };
  }
}

function conversation(me) {
  const line = (id, from, name, text, minutes, more = {}) => ({ id, from, name, to: null, text, sentAt: now - minutes * 60_000, replyTo: null, editedAt: null, deleted: false, reactions: {}, ...more });
  return [
    line('m_1', 'p_1', 'Björn Lindqvist', 'Good morning! The plan is at https://harbour.example/plan', 14),
    line('m_2', 'p_1', 'Björn Lindqvist', 'I changed **two things**:\n- the ferries run every ten minutes\n- the second stage moves to the *old crane*', 13, { reactions: { '👍': ['p_0', 'p_2'], '🎉': ['p_2'] } }),
    line('m_3', 'p_0', me, 'Lovely. Who asks the port authority?', 9, { replyTo: 'm_2' }),
    line('m_4', 'p_2', 'Chiara', 'I do, on Monday. `permit-2027.pdf` is ready.', 6, { editedAt: now }),
    line('m_5', 'p_2', 'Chiara', 'Between us: can you call me afterwards?', 4, { to: 'p_0' }),
    line('m_6', 'p_1', 'Björn Lindqvist', '', 3, { deleted: true }),
  ];
}
