import { Backoff } from './backoff.js';
import { Connection } from './connection.js';
import { Outbox } from './outbox.js';
import { SignalingError } from './signaling-error.js';
import { afterClose, afterRefusedResume } from './verdicts.js';

/** @typedef {import('../types/messages.js').EnterResult} EnterResult */
/** @typedef {import('../types/messages.js').JoinRequest} JoinRequest */
/** @typedef {import('../types/messages.js').ResumeRequest} ResumeRequest */
/** @typedef {import('../types/messages.js').RoomRequest} RoomRequest */
/** @typedef {import('../types/messages.js').ServerEvent} ServerEvent */
/** @typedef {import('../types/call.js').CallEnd} CallEnd */

const firstTries = 4; // within the first four seconds: a person waits for the answer
const staleDial = 2000; // milliseconds after which an attempt made before the network changed is given up
const leaveTimeout = 1000; // milliseconds a person waits who wants to go

/**
 * @typedef {object} SignalingDelegate
 * @property {(result: EnterResult, isReturn: boolean) => void} onEntered after each `join` and, a return, `resume` that succeeded,
 *   before any event that follows
 * @property {(event: ServerEvent) => void} onEvent each event once, in order
 * @property {(token: string) => void} onToken the resume token to use from now on
 * @property {() => void} onLost the connection is gone and the client tries to come back
 * @property {(end: CallEnd) => void} onEnded the client will not come back by itself
 */

/**
 * @typedef {object} Session
 * @property {string} participant
 * @property {string} token
 * @property {number | null} seq the last event seen; null: unknown
 * @property {boolean} fresh the next `resume` must ask for the snapshot
 */

/**
 * Speaks with the server about one room, through as many connections as it takes.
 *
 * A connection that is lost is followed by another that resumes: at once, then after growing delays, and at once again when
 * `nudge` says that the network or the page came back.
 */
export class SignalingClient {
  /** @type {Connection | null} one that has been greeted */
  #connection = null;
  /** @type {{ since: number, abort: (error: SignalingError) => void } | null} */
  #dialing = null;
  /** @type {unknown} the timer of the next attempt, while one is awaited */
  #nextAttempt = null;
  /** @type {Session | null} */
  #session = null;
  /** @type {JoinRequest | null} what the person gave, for when the server has forgotten the session */
  #join = null;
  #entered = false;
  /** @type {readonly import('../types/messages.js').Topology[]} what the server said it offers */
  topologies = [];
  #stoppingFor = 0;
  #outbox = new Outbox();
  #backoff;
  #options;
  #delegate;

  /**
   * @param {{ url: URL, WebSocket: typeof WebSocket, clock: import('../types/call.js').Clock, random?: () => number }} options
   * @param {SignalingDelegate} delegate
   */
  constructor(options, delegate) {
    this.#options = options;
    this.#delegate = delegate;
    this.#backoff = new Backoff(options.random);
  }

  /**
   * Joins a room. When it was refused, a second try uses the same connection.
   *
   * @param {JoinRequest} join
   * @returns {Promise<EnterResult>}
   * @throws {SignalingError}
   */
  async join(join) {
    this.#join = join;
    return this.#enter(join);
  }

  /**
   * Takes a participant over that another page of this tab was.
   *
   * @param {string} token
   * @param {JoinRequest} join for when the token is forgotten later
   * @returns {Promise<EnterResult>}
   * @throws {SignalingError}
   */
  async takeOver(token, join) {
    this.#join = join;
    return this.#enter({ type: 'resume', token, fresh: true });
  }

  /**
   * What to say when the room must be joined anew: a new name, the host key that came later.
   *
   * @param {Partial<JoinRequest>} changes
   */
  remember(changes) {
    if (this.#join) this.#join = { ...this.#join, ...changes };
  }

  /**
   * Asks the server, now or, where it does no harm twice, after the connection came back.
   *
   * @template {RoomRequest} R
   * @param {R} message
   * @returns {Promise<import('../types/messages.js').Results[R['type']]>}
   * @throws {SignalingError}
   */
  request(message) {
    if (!this.#session) return Promise.reject(new SignalingError('ended', 'There is no call.'));
    return this.#outbox.request(message);
  }

  /** The network or the page came back: try at once, or find out whether the connection still lives. */
  nudge() {
    if (this.#entered) return this.#connection?.probe();
    if (this.#nextAttempt !== null) {
      this.#backoff.reset();
      return this.#comeBackAfter(0);
    }
    if (!this.#dialing || this.#options.clock.now() - this.#dialing.since < staleDial) return;
    this.#backoff.reset();
    this.#dialing.abort(new SignalingError('unreachable', 'The network changed meanwhile.'));
  }

  /** Ends the participation. @returns {Promise<boolean>} whether the server knows of it */
  async leave() {
    const { connection, entered } = { connection: this.#connection, entered: this.#entered };
    this.#forget();
    const told = connection && entered ? await this.#sayGoodbye(connection) : false;
    connection?.close();
    return told;
  }

  /** Ends the participation here: the server knows already. */
  stop() {
    const connection = this.#connection;
    this.#forget();
    connection?.close();
  }

  /** @param {Connection} connection @returns {Promise<boolean>} */
  async #sayGoodbye(connection) {
    const { clock } = this.#options;
    const timer = clock.setTimeout(() => connection.close(), leaveTimeout); // which refuses the request
    const told = await connection.request({ type: 'leave' }).then(() => true, () => false);
    clock.clearTimeout(timer);
    return told;
  }

  /** @param {JoinRequest | ResumeRequest} request @returns {Promise<EnterResult>} */
  async #enter(request) {
    const connection = this.#connection ?? (await this.#dialPatiently());
    if (!this.#join) {
      connection.close();
      throw goneMeanwhile();
    }
    return connection.request(request, (/** @type {EnterResult} */ result) => this.#enteredWith(connection, result, request.type === 'resume'));
  }

  /** @returns {Promise<Connection>} */
  async #dialPatiently() {
    const backoff = new Backoff(this.#options.random);
    backoff.next(); // the first attempt is made now
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#dial();
      } catch (error) {
        if (tries === firstTries || !(error instanceof SignalingError) || error.code !== 'unreachable') throw error;
        await new Promise((resolve) => this.#options.clock.setTimeout(() => resolve(undefined), backoff.next()));
        if (!this.#join) throw goneMeanwhile();
      }
    }
  }

  /** @returns {Promise<Connection>} one that has been greeted */
  #dial() {
    const { clock, url, WebSocket } = this.#options;
    return new Promise((resolve, reject) => {
      const failed = (/** @type {SignalingError} */ error) => {
        this.#dialing = null;
        reject(error);
      };
      let greeted = false;
      /** @type {Connection} */
      const connection = new Connection({
        url, WebSocket, clock,
        onReady: ({ topologies }) => {
          greeted = true;
          this.topologies = topologies;
          this.#dialing = null;
          this.#connection = connection;
          resolve(connection);
        },
        onEvent: (event) => this.#event(connection, event),
        onClose: (code, refusal) => {
          if (greeted) return this.#connection === connection ? this.#closed(code) : undefined;
          const refused = refusal && refusal.code !== 'connectionLost' && refusal.code !== 'timedOut';
          failed(refused ? refusal : new SignalingError('unreachable', 'The server cannot be reached.'));
        },
      });
      this.#dialing = {
        since: clock.now(),
        abort: (error) => {
          connection.close();
          failed(error);
        },
      };
    });
  }

  /** @param {Connection} connection @param {EnterResult} result @param {boolean} isReturn */
  #enteredWith(connection, result, isReturn) {
    const former = this.#session;
    const { participant, resumeToken: token } = result;
    this.#session = { participant, token, seq: seqAfter(result, former), fresh: false };
    const isAnother = former !== null && former.participant !== participant;
    if (isAnother) this.#outbox.clear(({ type }) => type === 'signal'); // which spoke for the former id
    this.#entered = true;
    this.#backoff.reset();
    if (result.state !== 'waiting') this.#outbox.connected(connection);
    this.#delegate.onEntered(result, isReturn);
    this.#delegate.onToken(token);
  }

  /** @param {Connection} connection @param {ServerEvent} event */
  #event(connection, event) {
    const session = this.#session;
    if (!session || !this.#entered || connection !== this.#connection) return;
    if (session.seq !== null && event.seq <= session.seq) return; // replayed, and seen before
    if (session.seq !== null && event.seq > session.seq + 1) return this.#missed(connection);
    session.seq = event.seq;
    if (event.type === 'resumeToken') this.#renew(event.resumeToken);
    if (event.type === 'serverStopping') this.#stoppingFor = event.reconnectAfter * 1000;
    if (event.type === 'admitted') {
      this.#renew(event.resumeToken);
      this.#outbox.connected(connection);
    }
    this.#delegate.onEvent(event);
  }

  /** @param {string} token */
  #renew(token) {
    if (this.#session) this.#session.token = token;
    this.#delegate.onToken(token);
  }

  /**
   * Events are missing, which the protocol rules out: only the snapshot is sure.
   *
   * @param {Connection} connection
   */
  #missed(connection) {
    if (this.#session) this.#session.fresh = true;
    connection.close();
    this.#closed(1006);
  }

  /** @param {number} code */
  #closed(code) {
    this.#connection = null;
    if (!this.#entered) return; // whoever was asking hears of it
    this.#entered = false;
    const verdict = afterClose(code);
    if ('end' in verdict) return this.#finish({ code: verdict.end, message: null });
    this.#outbox.disconnected();
    this.#delegate.onLost();
    this.#comeBackAfter(this.#backoff.next(Math.max(verdict.retryAfter, this.#stoppingFor)));
    this.#stoppingFor = 0;
  }

  /** @param {number} milliseconds */
  #comeBackAfter(milliseconds) {
    this.#options.clock.clearTimeout(this.#nextAttempt);
    this.#nextAttempt = this.#options.clock.setTimeout(() => {
      this.#nextAttempt = null;
      this.#comeBack().catch((error) => this.#notBack(error));
    }, milliseconds);
  }

  async #comeBack() {
    const connection = this.#connection ?? (await this.#dial());
    const session = this.#session;
    if (!session) return connection.close(); // left meanwhile
    const { token, seq, fresh } = session;
    /** @type {ResumeRequest} */
    const resume = { type: 'resume', token, ...(seq === null ? {} : { seq }), ...(fresh ? { fresh } : {}) };
    try {
      await connection.request(resume, (/** @type {EnterResult} */ result) => this.#enteredWith(connection, result, true));
    } catch (error) {
      if (!(error instanceof SignalingError) || afterRefusedResume(error.code) !== 'join' || !this.#join) throw error;
      await connection.request(this.#join, (/** @type {EnterResult} */ result) => this.#enteredWith(connection, result, false));
    }
  }

  /** @param {unknown} error */
  #notBack(error) {
    if (!this.#session) return;
    if (!(error instanceof SignalingError)) return this.#finish({ code: 'internal', message: String(error) });
    if (afterRefusedResume(error.code) !== 'retry') return this.#finish({ code: error.code, message: error.message });
    this.#comeBackAfter(this.#backoff.next((error.retryAfter ?? 0) * 1000));
  }

  /** @param {CallEnd} end */
  #finish(end) {
    this.stop();
    this.#delegate.onEnded(end);
  }

  #forget() {
    this.#options.clock.clearTimeout(this.#nextAttempt);
    this.#nextAttempt = null;
    this.#dialing?.abort(goneMeanwhile());
    this.#session = null;
    this.#join = null;
    this.#entered = false;
    this.#connection = null;
    this.#stoppingFor = 0;
    this.#outbox.disconnected();
    this.#outbox.clear();
  }
}

/** The person left while the server was being reached. */
function goneMeanwhile() {
  return new SignalingError('ended', 'The call was left.');
}

/**
 * The number of the last event that the result already includes.
 *
 * @param {EnterResult} result
 * @param {Session | null} former
 * @returns {number | null}
 */
function seqAfter(result, former) {
  switch (result.state) {
    case 'resumed': return former?.seq ?? null;
    case 'joined': return result.seq;
    case 'waiting': return result.seq ?? null;
  }
}
