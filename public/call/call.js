import { unreachable } from '../lib/unreachable.js';
import { SignalingClient } from '../signaling/signaling-client.js';
import { SignalingError } from '../signaling/signaling-error.js';
import { apply, ended, entered, inPhase, withLink, without } from '../state/apply.js';
import { idle } from '../state/call-state.js';
import { self } from '../state/selectors.js';
import { Entrance } from './entrance.js';
import { MediaPaths } from './media-paths.js';
import { followPage } from './page-life.js';
import { PublishedDevices } from './published-devices.js';
import { RemoteStreams } from './remote-streams.js';

/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('../types/call.js').CallEvents} CallEvents */
/** @typedef {import('../types/call.js').JoinOptions} JoinOptions */
/** @typedef {import('../types/messages.js').EnterResult} EnterResult */
/** @typedef {import('../types/messages.js').Snapshot} Snapshot */
/** @typedef {import('../types/messages.js').ServerEvent} ServerEvent */
/** @typedef {Required<Omit<import('./call-controller.js').CallOptions, 'iceTransportPolicy' | 'session' | 'storage'>>
 *   & Pick<import('./call-controller.js').CallOptions, 'iceTransportPolicy' | 'session' | 'storage'>} Surroundings */

const echoTime = 500; // milliseconds; longer than a round trip, shorter than a person's patience

/**
 * What happens in a call: the server's messages, the links to the others, the devices and the page, brought together.
 *
 * Each of them decides for itself; this passes on what concerns another. The state changes in one place, `#become`.
 */
export class Call {
  /** @type {CallState} */
  state = idle;
  #networkChanged = false;
  /** @type {unknown} */
  #echo = null;
  #batching = false;
  #surroundings;
  #emit;
  #media;
  /** @type {SignalingClient} */
  #signaling;
  #paths;
  #streams;
  /** @type {Entrance} */
  #entrance;
  #devices;

  /**
   * @param {Surroundings} surroundings
   * @param {<K extends keyof CallEvents>(type: K, detail: CallEvents[K]) => void} emit
   */
  constructor(surroundings, emit) {
    this.#surroundings = surroundings;
    this.#emit = emit;
    this.#media = surroundings.media;
    this.#streams = new RemoteStreams(surroundings.MediaStream);
    this.#signaling = this.#newSignaling();
    const { session, storage, page } = surroundings;
    this.#entrance = new Entrance(this.#signaling, this.#media, { session, storage, locks: page.navigator.locks });
    this.#paths = this.#newPaths();
    this.#devices = new PublishedDevices(this.#media, (changes) => this.request({ type: 'setDevices', ...changes }));
    this.#media.addEventListener('change', () => this.#mediaChanged());
    this.#media.addEventListener('lost', (event) => this.#deviceLost(/** @type {CustomEvent} */ (event).detail.kind));
    followPage(page, {
      onReturn: () => this.#signaling.nudge(),
      onNetwork: () => this.#networkIsNew(),
      onLeave: ({ persisted }) => this.#pageGoes(persisted),
    });
  }

  /**
   * @template {import('../types/messages.js').RoomRequest} R
   * @param {R} message
   * @returns {Promise<import('../types/messages.js').Results[R['type']]>}
   */
  request(message) { return this.#signaling.request(message); }

  /** @param {string} participant */
  streams(participant) { return this.#streams.of(participant); }

  /** @param {string} participant @returns {RTCRtpReceiver | null} what its voice comes by, if it may be heard */
  voice(participant) {
    if (!this.state.participants[participant]?.devices.audio) return null;
    return this.#paths.received(participant).find(({ source }) => source === 'microphone')?.receiver ?? null;
  }

  get paths() { return this.#paths; }

  /** @param {string} room */
  returning(room) { return this.#entrance.returning(room); }

  /** @param {JoinOptions} options @throws {SignalingError} */
  async join(options) {
    if (this.state.phase !== 'idle' && this.state.phase !== 'ended') {
      throw new SignalingError('notReady', 'The call has begun already.');
    }
    this.#become({ ...idle, phase: 'connecting', hostKey: options.hostKey ?? this.#entrance.hostKey(options.room) });
    try {
      await this.#entrance.enter(options);
    } catch (error) {
      if (!this.state.ended) this.#become(idle); // not left meanwhile
      throw error;
    }
  }

  /** @returns {Promise<void>} when the server knows of it, or a second later */
  async leave() {
    const { token } = this.#entrance;
    const leaving = this.#signaling.leave();
    if (this.state.phase !== 'idle') this.#end({ code: 'left', message: null });
    if (!(await leaving) && token) this.#sayGoodbye(token);
  }

  announceDevices() { return this.#devices.announce(); }

  /** @param {string} name */
  async rename(name) {
    await this.request({ type: 'rename', name });
    this.#entrance.rename(name);
  }

  #newSignaling() {
    const { root, WebSocket, clock, random } = this.#surroundings;
    const url = new URL('ws', root);
    url.protocol = root.protocol === 'https:' ? 'wss:' : 'ws:';
    return new SignalingClient({ url, WebSocket, clock, random }, {
      onEntered: (result, isReturn) => this.#entered(result, isReturn),
      onEvent: (event) => this.#event(event),
      onToken: (token) => this.#entrance.keepToken(token),
      onLost: () => this.#become(inPhase(this.state, 'reconnecting')),
      onEnded: (end) => this.#end(end),
    });
  }

  #newPaths() {
    const { PeerConnection, clock, random, profile, iceTransportPolicy } = this.#surroundings;
    return new MediaPaths({
      PeerConnection, clock, random, profile,
      ...(iceTransportPolicy ? { iceTransportPolicy } : {}),
      state: () => this.state,
      request: (message) => this.request(message),
      onLink: (id, link) => this.#become(withLink(this.state, id, link)),
      onTracks: (id) => this.#refresh(id),
      onGone: (id) => {
        this.#become(without(this.state, id));
        this.#refresh(id);
      },
    }, this.#localTracks());
  }

  /** @param {EnterResult} result @param {boolean} isReturn */
  #entered(result, isReturn) {
    switch (result.state) {
      case 'waiting': return this.#become(entered(this.state, result));
      case 'resumed':
        this.#become(entered(this.state, result));
        return this.#backAgain(result.iceServers);
      case 'joined': return this.#batch(() => this.#snapshot(result, isReturn));
    }
  }

  /** @param {Snapshot} snapshot @param {boolean} isReturn whether this participant was in the room before */
  #snapshot(snapshot, isReturn) {
    const former = Object.keys(this.state.participants);
    this.#paths.use(snapshot.iceServers);
    const kept = this.#paths.enter(snapshot, { isReturn });
    this.#become(entered({ ...this.state, topologies: this.#signaling.topologies }, snapshot, kept));
    if (snapshot.hostKey) this.#entrance.keepHostKey(snapshot.hostKey);
    this.#paths.entered();
    for (const id of new Set([...former, ...Object.keys(this.state.participants)])) if (id !== this.state.me) this.#refresh(id);
    const mine = self(this.state);
    if (mine) this.#devices.returned(mine.devices);
    this.#backAgain(snapshot.iceServers);
  }

  /** @param {RTCIceServer[]} iceServers */
  #backAgain(iceServers) {
    this.#paths.use(iceServers);
    this.#paths.mend({ evenIfConnected: this.#networkChanged });
    this.#networkChanged = false;
  }

  /** @param {ServerEvent} event */
  #event(event) {
    this.#batch(() => {
      const before = this.state;
      if (event.type !== 'admitted') this.#become(apply(before, event));
      this.#act(event, before);
    });
  }

  /**
   * What an event means beyond the state.
   *
   * @param {ServerEvent} event
   * @param {CallState} before
   */
  #act(event, before) {
    switch (event.type) {
      case 'participantJoined': return this.#newcomer(event.participant.id);
      case 'participantLeft': return this.#gone(event.participant);
      case 'participantChanged': return this.#participantChanged(event.participant, event.changes);
      case 'roomChanged': return this.#paths.follow(before.room);
      case 'signal': case 'subscription': case 'slots': case 'mediaLost': case 'demand': return this.#paths.receive(event);
      case 'reaction': return this.#emit('reaction', { participant: event.participant, emoji: event.emoji });
      case 'moderated': return this.#moderated(event.action, event.by, event.reason ?? null);
      case 'admitted': return this.#snapshot(event, false);
      case 'hostKey': return this.#entrance.keepHostKey(event.hostKey);
      case 'serverStopping':
        return this.#emit('notice', { key: 'notice.serverStopping', values: { seconds: event.reconnectAfter }, level: 'warning' });
      case 'denied': case 'removed': case 'roomEnded':
        this.#signaling.stop();
        return this.#over();
      case 'chatMessage': case 'chatChanged': case 'waitingChanged': case 'lobbyMessage': case 'resumeToken':
      case 'qualityChanged': case 'echoEnded': return undefined;
      default: return unreachable(event, undefined);
    }
  }

  /** @param {string} id */
  #newcomer(id) {
    if (id === this.state.me) return;
    this.#paths.joined(id);
    this.#refresh(id);
  }

  /** @param {string} id */
  #gone(id) {
    this.#paths.left(id);
    if (this.#streams.forget(id)) this.#emit('streams', { participant: id });
  }

  /** @param {string} id @param {Partial<import('../types/messages.js').Participant>} changes */
  #participantChanged(id, changes) {
    if (id !== this.state.me) {
      this.#paths.changed(id, changes.connection === 'connected');
      if (changes.devices) this.#refresh(id);
      return;
    }
    if (changes.devices) this.#followDevices();
    if (changes.role) this.#emit('notice', { key: `notice.role.${changes.role}`, values: {}, level: 'info' });
    else if (changes.owner) this.#emit('notice', { key: 'notice.owner', values: {}, level: 'info' });
  }

  /** What the server says may be the echo of an older wish of ours: what it still says a moment later counts. */
  #followDevices() {
    const { clock } = this.#surroundings;
    clock.clearTimeout(this.#echo);
    this.#echo = clock.setTimeout(() => this.#devices.follow(self(this.state)?.devices ?? {}), echoTime);
  }

  /** @param {import('../types/messages.js').ModerationAction} action @param {string} by @param {string | null} reason */
  #moderated(action, by, reason) {
    if (action === 'mute') this.#devices.switchOff('audio');
    if (action === 'hideVideo') this.#devices.switchOff('video');
    if (action === 'stopScreen') this.#devices.switchOff('screen');
    this.#emit('moderated', { action, by, reason });
  }

  #mediaChanged() {
    this.#paths.send(this.#localTracks());
    const { phase } = this.state;
    if (phase !== 'joined' && phase !== 'reconnecting') return;
    this.#devices.announce().catch(() => {}); // what was refused is off, and who asked for it hears of it
  }

  #localTracks() {
    const { microphone, camera, preview, screen } = this.#media;
    return { microphone, camera, stream: preview, screen, receivers: 1 };
  }

  /** @param {'audio' | 'video' | 'screen'} kind */
  #deviceLost(kind) {
    if (kind === 'screen') return; // the person ended it in the browser's own bar
    const key = kind === 'audio' ? 'notice.microphoneLost' : 'notice.cameraLost';
    this.#emit('notice', { key, values: {}, level: 'warning' });
  }

  /**
   * Says what changed of that which may be played.
   *
   * @param {string} id
   */
  #refresh(id) {
    const devices = this.state.participants[id]?.devices;
    const changed = devices ? this.#streams.update(id, this.#paths.received(id), devices) : this.#streams.forget(id);
    if (changed) this.#emit('streams', { participant: id });
  }

  #networkIsNew() {
    if (this.state.phase === 'joined') this.#paths.mend({ evenIfConnected: true });
    else this.#networkChanged = true; // once the signalling is back
  }

  /** @param {boolean} persisted the page may be shown again as it is */
  #pageGoes(persisted) {
    const { token } = this.#entrance;
    if (!token) return;
    this.#entrance.leaveBehind();
    if (!persisted) this.#sayGoodbye(token);
  }

  /** @param {string} token */
  #sayGoodbye(token) {
    this.#surroundings.page.navigator.sendBeacon?.(new URL('api/v1/leave', this.#surroundings.root), token);
  }

  /** @param {import('../types/call.js').CallEnd} end */
  #end(end) {
    this.#batch(() => {
      this.#become(ended(this.state, end));
      this.#over();
    });
  }

  /** The call has ended: nothing of it goes on. */
  #over() {
    this.#entrance.forget();
    this.#surroundings.clock.clearTimeout(this.#echo);
    const { participants } = this.state;
    this.#paths.close();
    for (const id of Object.keys(participants)) if (this.#streams.forget(id)) this.#emit('streams', { participant: id });
    this.#media.stop();
  }

  /**
   * Several changes that belong together are told as one.
   *
   * @param {() => void} work
   */
  #batch(work) {
    if (this.#batching) return work();
    const previous = this.state;
    this.#batching = true;
    try {
      work();
    } finally {
      this.#batching = false;
      if (this.state !== previous) this.#emit('change', { previous, state: this.state });
    }
  }

  /** @param {CallState} state */
  #become(state) {
    this.#batch(() => {
      this.state = state;
    });
  }
}
