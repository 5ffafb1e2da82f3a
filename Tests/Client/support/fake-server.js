import { FakeMediaPlane } from './fake-media-plane.js';
import { fakeWebSocket } from './fake-socket.js';
import { everything, hello, preset, room } from './literals.js';

/**
 * A server of one room that keeps the protocol: joins, resumes, relays and remembers what somebody away has missed.
 *
 * It answers in the task after the request. `restart` forgets all but the tokens, as a new process does.
 */
export class FakeServer {
  /** @type {Map<string, any>} by id: { participant, log, socket, known } */
  members = new Map();
  room = room();
  /** @type {Set<string>} who has not said yet that everything has moved */
  moving = new Set();
  /** @type {{id: string, name: string, createdAt: number, participant: string | null}[]} */
  streamKeys = [];
  /** @type {unknown} */
  #deadline = null;
  #lastId = 0;
  #clock;
  reachable = true;
  /** @type {any[]} every request that arrived */
  requests = [];
  /** @type {(request: any) => { code: string } | null} */
  refuse = () => null;

  /** @param {import('./virtual-clock.js').VirtualClock} clock */
  constructor(clock) {
    this.#clock = clock;
    this.media = new FakeMediaPlane(clock, (id, event) => this.tell(id, event));
    this.WebSocket = fakeWebSocket((socket) => this.#connect(socket)).WebSocket;
  }

  /** @param {any} socket */
  #connect(socket) {
    const later = (/** @type {() => void} */ action) => this.#clock.setTimeout(action, 1);
    later(() => (this.reachable ? socket.open() : socket.drop()));
    const session = { socket, id: null };
    socket.onsent = (/** @type {any} */ message) => later(() => socket.readyState === 1 && this.#take(session, message));
  }

  /** @param {any} session @param {any} request */
  #take(session, request) {
    this.requests.push({ by: session.id, ...request });
    const refusal = this.refuse(request);
    if (refusal) return session.socket.say({ type: 'error', id: request.id, error: { message: 'no', ...refusal } });
    const data = this.#answer(session, request);
    if (data?.code) return session.socket.say({ type: 'error', id: request.id, error: { message: 'no', ...data } });
    session.socket.say({ type: 'result', id: request.id, data });
    if (session.replay !== undefined) this.#replay(session);
  }

  /** @param {any} session @param {any} request @returns {any} */
  #answer(session, request) {
    const member = this.members.get(session.id);
    switch (request.type) {
      case 'hello': return hello;
      case 'ping': return {};
      case 'join': return this.#join(session, `p_${String.fromCharCode(97 + this.#lastId++)}`, request);
      case 'resume': return this.#resume(session, request);
      case 'leave': this.remove(session.id, 'left'); return {};
      case 'setDevices': {
        const { audio, video, screen } = request;
        const changes = Object.fromEntries(Object.entries({ audio, video, screen }).filter(([, on]) => on !== undefined));
        this.change(session.id, { devices: { ...member.participant.devices, ...changes } });
        return { devices: member.participant.devices };
      }
      case 'rename': this.change(session.id, { name: request.name }); return {};
      case 'raiseHand': this.change(session.id, { hand: request.raised ? this.#clock.now() : null }); return {};
      case 'signal': {
        const { id, to, type, ...body } = request;
        if (!this.members.has(to)) return { code: 'notFound' };
        this.tell(to, { type, from: session.id, ...body });
        return {};
      }
      case 'updateRoom': if (request.mode) this.move(request.mode); return {};
      case 'moved': this.#moved(session.id, request.to); return {};
      case 'createStreamKey': return this.#createStreamKey(request.name);
      case 'getStreamKeys': return { keys: this.streamKeys };
      case 'revokeStreamKey': this.streamKeys = this.streamKeys.filter(({ id }) => id !== request.streamKey); return {};
      default: return this.media.answer(session.id, request) ?? {};
    }
  }

  /** @param {string} name */
  #createStreamKey(name) {
    const id = `k_${this.streamKeys.length + 1}`;
    this.streamKeys.push({ id, name, createdAt: this.#clock.now(), participant: null });
    return { id, key: `sk_${id}`, name };
  }

  /** @param {any} session @param {string} id @param {any} request */
  #join(session, id, request) {
    const first = this.members.size === 0;
    const participant = {
      id, name: request.name, role: first ? 'host' : 'participant', owner: first, permissions: first ? everything : preset,
      devices: { audio: false, video: false, screen: false, ...request.devices }, hand: null, connection: 'connected', joinedAt: this.#clock.now(),
    };
    return { ...this.#add(session, participant), ...(first ? { hostKey: `hk_${id}` } : {}) };
  }

  /** @param {any} session @param {any} participant */
  #add(session, participant) {
    this.members.set(participant.id, { participant, log: [], socket: session.socket });
    session.id = participant.id;
    if (this.#isMediaOpen) this.media.add(participant.id);
    this.tellOthers(participant.id, { type: 'participantJoined', participant });
    return this.#snapshot(participant.id);
  }

  /** @param {any} session @param {any} request */
  #resume(session, request) {
    const [, id, name] = /^token:([^:]*):(.*)$/.exec(request.token) ?? [];
    if (!id) return { code: 'tokenInvalid' };
    const member = this.members.get(id);
    if (!member) {
      if (!this.restarted) return { code: 'tokenInvalid' };
      return this.#add(session, {
        id, name, role: 'participant', owner: false, permissions: preset, devices: { audio: false, video: false, screen: false },
        hand: null, connection: 'connected', joinedAt: this.#clock.now(),
      });
    }
    session.id = id;
    if (member.socket !== session.socket) member.socket.drop(4000);
    member.socket = session.socket;
    if (member.participant.connection === 'reconnecting') this.change(id, { connection: 'connected' });
    if (request.fresh) return this.#snapshot(id);
    session.replay = request.seq;
    return { state: 'resumed', participant: id, resumeToken: request.token, iceServers: [] };
  }

  /** @param {any} session */
  #replay(session) {
    const from = session.replay;
    session.replay = undefined;
    for (const event of this.members.get(session.id).log.slice(from)) session.socket.say(event);
  }

  /** @param {string} id */
  #snapshot(id) {
    const { participant, log } = this.members.get(id);
    return {
      state: 'joined', participant: id, resumeToken: `token:${id}:${participant.name}`, room: this.room,
      participants: [...this.members.values()].map((member) => member.participant), chat: [], iceServers: [{ urls: 'stun:meet.example' }],
      seq: log.length,
    };
  }

  /** @param {string} id @param {any} event */
  tell(id, event) {
    const member = this.members.get(id);
    const numbered = { seq: member.log.length + 1, ...event };
    member.log.push(numbered);
    if (member.socket.readyState === 1) this.#clock.setTimeout(() => member.socket.readyState === 1 && member.socket.say(numbered), 1);
  }

  /** @param {string} id @param {any} event */
  tellOthers(id, event) { for (const other of this.members.keys()) if (other !== id) this.tell(other, event); }

  /** @param {string} id @param {any} changes */
  change(id, changes) {
    const member = this.members.get(id);
    member.participant = { ...member.participant, ...changes };
    for (const each of this.members.keys()) this.tell(each, { type: 'participantChanged', participant: id, changes });
  }

  /** @param {string} id @param {string} reason */
  remove(id, reason) {
    this.members.delete(id);
    this.media.remove(id);
    this.#moved(id, this.room.topology);
    this.tellOthers(id, { type: 'participantLeft', participant: id, reason });
  }

  get #isMediaOpen() { return this.room.topology === 'routed' || this.room.former === 'routed'; }

  /** @param {object} changes */
  changeRoom(changes) {
    this.room = { ...this.room, ...changes };
    for (const id of this.members.keys()) this.tell(id, { type: 'roomChanged', changes });
  }

  /** The room's media takes another way: make before break. @param {string} topology */
  move(topology) {
    if (topology === this.room.topology) return;
    const wasOpen = this.#isMediaOpen;
    this.changeRoom({ topology, former: this.room.topology });
    if (!wasOpen) for (const id of this.members.keys()) this.media.add(id);
    this.moving = new Set(this.members.keys());
    this.#clock.clearTimeout(this.#deadline);
    this.#deadline = this.#clock.setTimeout(() => (topology === 'mesh' ? this.move('routed') : this.endMove()), topology === 'mesh' ? 5000 : 10_000);
  }

  endMove() {
    this.#clock.clearTimeout(this.#deadline);
    this.moving.clear();
    this.changeRoom({ former: null });
    if (this.room.topology === 'mesh') this.media.close();
  }

  /** @param {string} id @param {string} to */
  #moved(id, to) {
    if (to === this.room.topology && this.moving.delete(id) && this.moving.size === 0) this.endMove();
  }

  /** Cuts somebody's WebSocket; after five seconds the others see it. @param {string} id @param {number} [code] */
  cut(id, code) {
    const { socket } = this.members.get(id);
    socket.drop(code);
    this.#clock.setTimeout(() => {
      if (this.members.get(id)?.socket === socket) this.change(id, { connection: 'reconnecting' });
    }, 5000);
  }

  /** Another process takes over: only the tokens are as good as before. */
  restart() {
    const sockets = [...this.members.values()].map(({ socket }) => socket);
    this.members.clear();
    this.media.close();
    this.restarted = true;
    for (const socket of sockets) socket.drop(1006);
  }
}
