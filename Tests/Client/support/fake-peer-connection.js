import { fresh } from './fake-media.js';
import { settle } from './virtual-clock.js';

/**
 * Where fake peer connections find each other: two whose descriptions name one another are connected unless the network is `down`.
 */
export class FakeNetwork {
  /** @type {Set<any>} */
  open = new Set();
  /** @type {any[]} every connection ever made, the oldest first */
  all = [];
  down = false;
  /** @type {RTCStatsReport | null} what `getStats` gives */
  report = null;
  /** @type {(pc: any, transceiver: any) => boolean} whether something of a connected m-line has arrived */
  flows = () => true;
  /** How many packets have arrived by an m-line of which something has. */
  packets = () => 1;
  /** The server's media can be reached. */
  serverUp = true;

  /** Looks at every pair again. */
  update() {
    for (const one of this.open) {
      if (!this.down && this.serverUp && isOfServer(one) && one.connectionState !== 'connected') one.become('connected');
      const other = [...this.open].find((candidate) => candidate !== one && matches(one, candidate) && matches(candidate, one));
      if (other && !this.down && one.connectionState !== 'connected') one.become('connected');
    }
  }

  /** The path is gone: both sides notice after a while. @param {'disconnected' | 'failed'} state */
  break(state) {
    this.down = true;
    for (const one of [...this.open]) if (one.connectionState !== 'new') one.become(state);
  }

  /** There is a path again, which needs an ICE restart to be found. */
  repair() { this.down = false; }
}

/** @param {string} sdp the server's begin with a line that names their session */
function parsed(sdp) {
  return JSON.parse(sdp.slice(sdp.indexOf('{')));
}

/** @param {any} one @param {any} other */
function matches(one, other) {
  return one.signalingState === 'stable' && one.remoteUfrag !== null && one.remoteUfrag === other.localUfrag;
}

/** The server is present on every path. @param {any} one */
function isOfServer({ signalingState, remoteUfrag }) {
  return signalingState === 'stable' && remoteUfrag !== null && remoteUfrag.startsWith('sfu:');
}

/** @type {Record<string, string>} */
const reversed = { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' };
const sends = (/** @type {string} */ direction) => direction === 'sendrecv' || direction === 'sendonly';
const receives = (/** @type {string} */ direction) => direction === 'sendrecv' || direction === 'recvonly';
/** @param {string} wanted @param {string} offered by the other side, seen from here */
function agreed(wanted, offered) {
  const [s, r] = [sends(wanted) && sends(offered), receives(wanted) && receives(offered)];
  return s && r ? 'sendrecv' : s ? 'sendonly' : r ? 'recvonly' : 'inactive';
}

class FakeTransceiver {
  /** @type {string | null} */
  mid = null;
  /** @type {string | null} */
  currentDirection = null;
  /** @type {(direction: string) => boolean} whether the last negotiation already says so much */
  isNegotiated = () => false;
  #direction;
  #pc;

  /** @param {any} pc @param {string} kind @param {string} direction @param {any} track @param {string[]} streams */
  constructor(pc, kind, direction, track, streams) {
    this.#pc = pc;
    this.#direction = direction;
    this.kind = kind;
    this.streams = streams;
    this.receiver = { track: { kind, id: fresh(), readyState: 'live', remote: true }, getSynchronizationSources: () => [{ audioLevel: 0.1 }] };
    this.sender = new FakeSender(this, track);
  }

  get direction() { return this.#direction; }
  set direction(value) {
    if (value === this.#direction) return;
    this.#direction = value;
    this.#pc.needsNegotiation();
  }
}

class FakeSender {
  #transceiver;
  /** @type {any} */
  parameters = { encodings: [{}], transactionId: '' };

  /** @param {FakeTransceiver} transceiver @param {any} track */
  constructor(transceiver, track) {
    this.#transceiver = transceiver;
    this.track = track;
  }

  /** @param {any} track */
  async replaceTrack(track) {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve(); // meanwhile `track` shows the former one
    this.track = track;
  }

  /** @param {{ id: string }[]} streams */
  setStreams(...streams) { this.#transceiver.streams = streams.map(({ id }) => id); }
  getParameters() { return structuredClone(this.parameters); }
  /** @param {any} parameters */
  async setParameters(parameters) { this.parameters = parameters; }
}

/**
 * An `RTCPeerConnection` after WebRTC 1.0 §4.4: signalling states, implicit rollback, m-lines in order, negotiation needed.
 *
 * Descriptions are JSON, and media is a state.
 *
 * @param {FakeNetwork} network
 */
export function fakePeerConnection(network) {
  return /** @type {any} */ (class FakePeerConnection {
    signalingState = 'stable';
    connectionState = 'new';
    iceConnectionState = 'new';
    /** @type {any} */ localDescription = null;
    /** @type {any} */ remoteDescription = null;
    /** @type {any[]} */ candidates = [];
    /** @type {string | null} */ localUfrag = null;
    /** @type {string | null} */ remoteUfrag = null;
    restarts = 0;
    /** @type {any} */ onnegotiationneeded = null;
    /** @type {any} */ onicecandidate = null;
    /** @type {any} */ ontrack = null;
    /** @type {any} */ onconnectionstatechange = null;
    /** @type {any} */ oniceconnectionstatechange = null;
    /** @type {FakeTransceiver[]} */ #transceivers = [];
    /** @type {string[]} mids in the order of m-lines */ #lines = [];
    #needed = false;
    #running = 0;
    #restart = false;
    #version = 0;
    /** @type {{ lines: string[], ufrag: string | null, new: FakeTransceiver[], restart: boolean } | null} what a rollback goes back to */
    #before = null;
    /** @type {Promise<unknown>} */ #operations = Promise.resolve();

    /** @param {any} configuration */
    constructor(configuration) {
      this.configuration = configuration;
      network.open.add(this);
      network.all.push(this);
    }

    getTransceivers() { return [...this.#transceivers]; }
    setConfiguration(/** @type {any} */ configuration) { this.configuration = configuration; }
    async getStats() { return network.report ?? this.#report(); }

    /** What has arrived by each m-line. */
    #report() {
      const receiving = this.#transceivers.filter(({ currentDirection }) => this.connectionState === 'connected' && receives(currentDirection ?? 'inactive'));
      return new Map(receiving.map((transceiver) => {
        const { mid, kind } = transceiver;
        const flows = network.flows(this, transceiver);
        return [`inbound-${mid}`, { id: `inbound-${mid}`, type: 'inbound-rtp', mid, kind, packetsReceived: flows ? network.packets() : 0, framesDecoded: kind === 'video' ? Number(flows) : undefined, timestamp: 0 }];
      }));
    }

    /** @param {any} trackOrKind @param {any} init */
    addTransceiver(trackOrKind, { direction, streams, sendEncodings }) {
      const track = typeof trackOrKind === 'string' ? null : trackOrKind;
      const kind = track?.kind ?? trackOrKind;
      const transceiver = new FakeTransceiver(this, kind, direction, track, streams.map((/** @type {any} */ { id }) => id));
      if (sendEncodings) transceiver.sender.parameters.encodings = structuredClone(sendEncodings);
      this.#transceivers.push(transceiver);
      this.needsNegotiation();
      return transceiver;
    }

    /** «Update the negotiation-needed flag», §4.7.3. */
    needsNegotiation() {
      if (this.#running > 0 || this.signalingState !== 'stable') return; // looked at again afterwards
      const isNew = this.#transceivers.some(({ mid, direction, isNegotiated }) => mid === null || !isNegotiated(direction));
      if (!isNew && !this.#restart) this.#needed = false;
      else if (!this.#needed) {
        this.#needed = true;
        queueMicrotask(() => this.#needed && this.signalingState === 'stable' && this.onnegotiationneeded?.({}));
      }
    }

    restartIce() {
      this.restarts += 1;
      this.#restart = true;
      this.needsNegotiation();
    }

    /** @template T @param {() => T} operation @returns {Promise<T>} after those before it; never once closed */
    #chain(operation) {
      this.#running += 1;
      const result = this.#operations.then(() => Promise.resolve()).then(() => {
        if (this.signalingState === 'closed') return new Promise(() => {});
        return operation();
      });
      this.#operations = result.catch(() => {}).then(() => {
        this.#running -= 1;
        this.needsNegotiation();
      });
      return /** @type {Promise<T>} */ (result);
    }

    setLocalDescription() {
      return this.#chain(() => {
        if (this.signalingState === 'have-remote-offer') this.#answer();
        else this.#offer();
        settle().then(() => {
          if (this.signalingState === 'closed') return;
          this.onicecandidate?.({ candidate: { candidate: `candidate:${this.localUfrag}`, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: this.localUfrag } });
          this.onicecandidate?.({ candidate: { candidate: '', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: this.localUfrag } });
          this.onicecandidate?.({ candidate: null });
        });
      });
    }

    #offer() {
      this.#before ??= { lines: [...this.#lines], ufrag: this.localUfrag, new: this.#transceivers.filter(({ mid }) => mid === null), restart: false };
      if (this.localUfrag === null || this.#restart) this.localUfrag = fresh();
      this.#before.restart ||= this.#restart;
      this.#restart = false;
      for (const transceiver of this.#transceivers) {
        if (transceiver.mid !== null) continue;
        transceiver.mid = String(this.#lines.length);
        this.#lines.push(transceiver.mid);
      }
      this.signalingState = 'have-local-offer';
      this.localDescription = this.#description('offer', (one) => one.direction);
    }

    #answer() {
      const remote = parsed(this.remoteDescription.sdp);
      for (const line of remote.media) {
        const transceiver = this.#byMid(line.mid);
        const offered = reversed[line.direction] ?? 'inactive';
        const answered = agreed(transceiver.direction, offered);
        transceiver.currentDirection = answered;
        transceiver.isNegotiated = (direction) => agreed(direction, offered) === answered;
      }
      this.localUfrag ??= fresh();
      if (remote.restarted) this.localUfrag = fresh();
      if (remote.restarted) this.#restart = false;
      this.signalingState = 'stable';
      this.localDescription = this.#description('answer', (one) => one.currentDirection ?? 'inactive');
      this.#settled();
    }

    /** @param {string} type @param {(transceiver: FakeTransceiver) => string} direction */
    #description(type, direction) {
      this.#version += 1;
      const media = this.#lines.map((mid) => {
        const transceiver = this.#byMid(mid);
        return { mid, kind: transceiver.kind, direction: direction(transceiver), streams: transceiver.streams };
      });
      return { type, sdp: JSON.stringify({ ufrag: this.localUfrag, restarted: this.restarts > 0 && type === 'offer', version: this.#version, media }) };
    }

    /** @param {string} mid @returns {FakeTransceiver} */
    #byMid(mid) {
      const found = this.#transceivers.find((one) => one.mid === mid);
      if (!found) throw new Error(`no transceiver ${mid}`);
      return found;
    }

    /** @param {{ type: string, sdp: string }} description */
    setRemoteDescription(description) {
      return this.#chain(() => {
        const remote = parsed(description.sdp);
        if (description.type === 'offer' && this.signalingState === 'have-local-offer') this.#rollback();
        const expected = description.type === 'offer' ? 'stable' : 'have-local-offer';
        if (this.signalingState !== expected) throw new DOMException(`${description.type} in ${this.signalingState}`, 'InvalidStateError');
        this.remoteDescription = description;
        this.remoteUfrag = remote.ufrag;
        remote.media.forEach((/** @type {any} */ line) => this.#applyLine(line, description.type));
        this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
        if (description.type === 'answer') this.#settled();
      });
    }

    #rollback() {
      for (const transceiver of this.#before?.new ?? []) transceiver.mid = null;
      this.#lines = this.#before?.lines ?? [];
      this.localUfrag = this.#before?.ufrag ?? null;
      this.#restart = this.#before?.restart ?? false;
      this.#needed = false;
      this.#before = null;
      this.signalingState = 'stable';
    }

    /** @param {any} line @param {string} type */
    #applyLine(line, type) {
      let transceiver = this.#transceivers.find((one) => one.mid === line.mid);
      if (!transceiver) {
        transceiver = new FakeTransceiver(this, line.kind, 'recvonly', null, []);
        transceiver.mid = line.mid;
        this.#transceivers.push(transceiver);
        this.#lines.push(line.mid);
      }
      const before = receives(transceiver.currentDirection ?? 'inactive');
      if (type === 'answer') {
        const offered = JSON.parse(this.localDescription.sdp).media.find((/** @type {any} */ { mid }) => mid === line.mid)?.direction;
        const answered = reversed[line.direction] ?? 'inactive';
        transceiver.currentDirection = answered;
        transceiver.isNegotiated = (direction) => direction === offered || direction === answered;
      }
      if (sends(line.direction) && !before) {
        const streams = line.streams.map((/** @type {string} */ id) => ({ id }));
        queueMicrotask(() => this.ontrack?.({ transceiver, track: transceiver?.receiver.track, streams }));
      }
    }

    #settled() {
      this.#before = null;
      if (this.connectionState === 'new') this.become('connecting');
      queueMicrotask(() => network.update());
      this.#needed = false;
    }

    /** @param {any} candidate */
    addIceCandidate(candidate) {
      return this.#chain(() => {
        if (!this.remoteDescription) throw new DOMException('no remote description', 'InvalidStateError');
        if (candidate && candidate.usernameFragment !== this.remoteUfrag) throw new DOMException('unknown ufrag', 'OperationError');
        this.candidates.push(candidate ?? null);
      });
    }

    /** @param {string} state */
    become(state) {
      if (this.connectionState === state || this.signalingState === 'closed') return;
      this.connectionState = state;
      this.onconnectionstatechange?.({});
    }

    close() {
      this.signalingState = 'closed';
      this.connectionState = 'closed';
      network.open.delete(this);
    }
  });
}
