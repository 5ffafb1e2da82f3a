import { others, self } from '../state/selectors.js';
import { arrivedIn } from './arrivals.js';
import { Mesh } from './mesh.js';
import { Move } from './move.js';
import { RoutedCall } from './routed-call.js';
import { wishesFor } from './wishes.js';

/** @typedef {import('../types/messages.js').Room} Room */
/** @typedef {import('../types/messages.js').Snapshot} Snapshot */
/** @typedef {import('../types/messages.js').ServerEvent} ServerEvent */
/** @typedef {import('../types/messages.js').RoomRequest} RoomRequest */
/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('../types/call.js').LinkState} LinkState */
/** @typedef {import('../types/call.js').ShownTile} ShownTile */
/** @typedef {import('./subscription.js').Received} Received */
/** @typedef {import('./move.js').Way} Way */
/** @typedef {'mesh' | 'routed'} WayName */

/**
 * @typedef {object} PathsOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {import('../types/call.js').Clock} clock
 * @property {() => number} random
 * @property {import('./simulcast.js').EncodingProfile} profile
 * @property {RTCIceTransportPolicy} [iceTransportPolicy] of the mesh
 * @property {() => CallState} state
 * @property {<R extends RoomRequest>(request: R) => Promise<import('../types/messages.js').Results[R['type']]>} request
 * @property {(participant: string, link: LinkState | null) => void} onLink
 * @property {(participant: string) => void} onTracks what is received of somebody changed
 * @property {(participant: string) => void} onGone somebody who was kept has not come back
 */

/**
 * The ways that media takes between this participant and the others: straight, through the server, or both while the room
 * moves from one to the other.
 *
 * It follows the room's topology, and a new way is taken before the old one is left.
 */
export class MediaPaths {
  /** @type {Move | null} */
  #move = null;
  /** @type {WayName | null} what the server was told that everything has moved to, and has not acknowledged */
  #moved = null;
  /** @type {readonly ShownTile[] | null} what is on the screen; null: nobody has said yet */
  #shown = null;
  #options;
  #mesh;
  #routed;
  /** @type {Record<WayName, Way>} */
  #ways;

  /** @param {PathsOptions} options @param {import('./peer.js').LocalTracks} local */
  constructor(options, local) {
    this.#options = options;
    this.#mesh = this.#newMesh(local);
    this.#routed = this.#newRouted(local);
    const [mesh, routed] = [this.#mesh, this.#routed];
    this.#ways = {
      mesh: {
        received: (id) => mesh.received(id),
        isUp: (id) => mesh.link(id)?.state === 'connected',
        arrivals: (ids) => meshArrivals(mesh, ids),
      },
      routed: {
        received: (id) => routed.received(id),
        isUp: () => routed.isConnected || !this.#others.some(({ devices }) => devices.audio || devices.video || devices.screen),
        arrivals: (ids) => routedArrivals(routed, ids),
      },
    };
  }

  get mesh() { return this.#mesh; }
  get routed() { return this.#routed; }

  /** @param {RTCIceServer[]} servers for the next direct connections and restarts */
  use(servers) { this.#mesh.use(servers); }

  /**
   * Brings everything in line with a snapshot.
   *
   * @param {Snapshot} snapshot
   * @param {{ isReturn: boolean }} how whether this participant was in the room before: the server's media may be of then
   * @returns {Set<string>} those absent who are kept because their media still flows
   */
  enter(snapshot, { isReturn }) {
    const { room: { topology, former = null }, participant: me, participants } = snapshot;
    const ids = participants.map(({ id }) => id).filter((id) => id !== me);
    this.#stopMoving();
    const direct = topology === 'mesh' ? ids : former === 'mesh' ? ids.filter((id) => this.#mesh.has(id)) : [];
    const kept = this.#mesh.enter(me, direct);
    const isRouted = topology === 'routed' || (former === 'routed' && this.#routed.isOpen);
    if (isRouted) this.#routed.open({ isReturn });
    else this.#routed.close();
    return kept;
  }

  /** Called when the state shows what `enter` was given. */
  entered() {
    const { room } = this.#options.state();
    if (room) this.#moveIfNeeded(room);
    this.#wish();
    this.#tellLinks();
  }

  /**
   * The room changed: perhaps its media takes another way.
   *
   * @param {Room | null} before
   */
  follow(before) {
    const { room } = this.#options.state();
    if (!room || (room.topology === before?.topology && (room.former ?? null) === (before.former ?? null))) return;
    if (room.topology === 'routed' && !this.#routed.isOpen) this.#routed.open({ isReturn: false });
    if (room.topology === 'mesh' && before?.topology !== 'mesh') this.#meetAll();
    this.#moveIfNeeded(room);
    this.#leaveOthers(room);
    this.#tellLinks();
    for (const { id } of this.#others) this.#options.onTracks(id);
  }

  /** @param {string} id somebody who came, or came back */
  joined(id) {
    if (this.#options.state().room?.topology === 'mesh') this.#mesh.joined(id);
    this.#wish();
    this.#tellLinks();
  }

  /** @param {string} id */
  left(id) {
    this.#mesh.left(id);
    this.#wish();
  }

  /**
   * What somebody publishes, or whether it is there, has changed.
   *
   * @param {string} id
   * @param {boolean} isBack
   */
  changed(id, isBack) {
    if (isBack) this.#mesh.mend({ evenIfConnected: false }, id);
    this.#wish();
  }

  /** @param {ServerEvent} event about media */
  receive(event) {
    if (event.type === 'signal') this.#mesh.receive(event.from, event);
    else this.#routed.receive(event);
  }

  /** @param {import('./peer.js').LocalTracks} local what to send from now on */
  send(local) {
    this.#mesh.send(local);
    this.#routed.send(local);
  }

  /** @param {readonly ShownTile[]} tiles what is on the screen */
  look(tiles) {
    this.#shown = tiles;
    this.#wish();
  }

  /**
   * The network or the signalling came back.
   *
   * @param {{ evenIfConnected: boolean }} how
   */
  mend(how) {
    this.#mesh.mend(how);
    this.#routed.mend(how);
    if (this.#moved) this.#sayMoved(this.#moved);
  }

  /**
   * Whether a picture is on the screen, as far as anybody has said.
   *
   * @param {string} id
   * @param {import('../types/messages.js').MediaSource} source
   */
  isSeen(id, source) {
    return this.#shown === null || this.#shown.some((tile) => tile.participant === id && tile.source === source);
  }

  /** @param {string} participant @returns {Received[]} what is played of it, by whichever way */
  received(participant) {
    if (this.#move) return this.#move.received(participant);
    const way = this.#way(this.#options.state().room?.topology);
    return way ? way.received(participant) : this.#mesh.received(participant);
  }

  close() {
    this.#stopMoving();
    this.#mesh.close();
    this.#routed.close();
  }

  get #others() { return others(this.#options.state()); }

  /** @param {string | null | undefined} topology */
  #way(topology) {
    return topology === 'mesh' || topology === 'routed' ? this.#ways[topology] : null;
  }

  /** @param {import('./peer.js').LocalTracks} local */
  #newMesh(local) {
    const { PeerConnection, clock, iceTransportPolicy, request, state, onTracks, onGone } = this.#options;
    return new Mesh({
      PeerConnection,
      clock,
      ...(iceTransportPolicy ? { iceTransportPolicy } : {}),
      signal: (to, body) => void request({ type: 'signal', to, ...body }).catch(() => {}), // the link mends itself
      isReachable: (id) => state().phase === 'joined' && state().participants[id]?.connection === 'connected',
      onLink: (id) => this.#tellLink(id),
      onTracks,
      onGone,
      onUnreachable: (id) => void request({ type: 'meshFailed', participant: id }).catch(() => {}), // the link tries on
    }, local);
  }

  /** @param {import('./peer.js').LocalTracks} local */
  #newRouted(local) {
    const { PeerConnection, clock, random, profile, request, onTracks } = this.#options;
    return new RoutedCall({
      PeerConnection, clock, random, profile, request,
      onState: () => this.#tellLinks(),
      onTracks: () => {
        for (const { id } of this.#others) onTracks(id);
      },
    }, local);
  }

  /** The room becomes a mesh while people are in it: of two, the one who came later offers. */
  #meetAll() {
    const state = this.#options.state();
    const mine = self(state);
    if (!mine) return;
    const later = (/** @type {import('../types/messages.js').Participant} */ one) =>
      one.joinedAt > mine.joinedAt || (one.joinedAt === mine.joinedAt && one.id > mine.id);
    for (const { id } of this.#others.filter(later)) this.#mesh.joined(id);
    this.#mesh.enter(mine.id, this.#others.map(({ id }) => id));
  }

  /** @param {Room} room */
  #moveIfNeeded({ topology, former = null }) {
    const interrupted = this.#move;
    this.#stopMoving();
    const [from, to] = [this.#way(former), this.#way(topology)];
    if (!from || !to || from === to) return;
    this.#routed.isMoving = true;
    this.#move = new Move({
      clock: this.#options.clock,
      from,
      to,
      others: () => this.#others,
      isSeen: (id, source) => this.isSeen(id, source),
      ...(interrupted ? { isThere: (id, source) => !interrupted.hasSwapped(id, source) } : {}),
      onSwap: (id) => {
        this.#tellLink(id);
        this.#options.onTracks(id);
      },
      onDone: () => this.#sayMoved(/** @type {WayName} */ (topology)),
    });
    this.#move.start();
  }

  #stopMoving() {
    this.#move?.stop();
    this.#move = null;
    this.#moved = null;
    this.#routed.isMoving = false;
  }

  /**
   * Ends the ways that neither the room nor a move takes.
   *
   * @param {Room} room
   */
  #leaveOthers({ topology, former = null }) {
    if (topology !== 'mesh' && former !== 'mesh') this.#mesh.close();
    if (topology !== 'routed' && former !== 'routed') this.#routed.close();
  }

  /** @param {WayName} to */
  #sayMoved(to) {
    this.#moved = to;
    const said = () => {
      if (this.#moved === to) this.#moved = null;
    };
    this.#options.request({ type: 'moved', to }).then(said, () => {}); // `mend` says it again
  }

  #wish() {
    if (this.#shown) this.#routed.want(wishesFor(this.#others, this.#shown));
  }

  #tellLinks() {
    for (const { id } of this.#others) this.#tellLink(id);
    const { me, room } = this.#options.state();
    if (me !== null) this.#options.onLink(me, room?.topology === 'routed' ? this.#routed.ownLink : null);
  }

  /** @param {string} id */
  #tellLink(id) {
    const { room, participants } = this.#options.state();
    if (!(id in participants)) return this.#options.onLink(id, null);
    const direct = this.#mesh.link(id);
    const isDirect = direct?.state === 'connected' || (room?.topology === 'mesh' && !this.#move);
    this.#options.onLink(id, isDirect ? direct : this.#routed.link);
  }
}

/** @param {Mesh} mesh @param {string[]} ids */
async function meshArrivals(mesh, ids) {
  const links = mesh.links().filter(({ participant }) => ids.includes(participant));
  return new Map(await Promise.all(links.map(async ({ participant, link }) => {
    const report = await link.peer.statistics();
    return /** @type {const} */ ([participant, arrivedIn(report, link.peer.received())]);
  })));
}

/** @param {RoutedCall} routed @param {string[]} ids */
async function routedArrivals(routed, ids) {
  const report = await routed.downlink.statistics();
  return new Map(ids.map((id) => /** @type {const} */ ([id, arrivedIn(report, routed.received(id))])));
}
