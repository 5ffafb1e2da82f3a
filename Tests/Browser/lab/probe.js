// Runs in every page before its own scripts, so that a test can ask the page's peer connections what really arrived.
(() => {
  /** @type {RTCPeerConnection[]} */
  const connections = [];
  const Native = globalThis.RTCPeerConnection;
  const asTheTestWants = (/** @type {RTCConfiguration | undefined} */ configuration) => (
    globalThis.relayOnly ? { ...configuration, iceTransportPolicy: 'relay' } : configuration);
  globalThis.RTCPeerConnection = class RTCPeerConnection extends Native {
    /** @param {RTCConfiguration} [configuration] @param {any[]} rest */
    constructor(configuration, ...rest) {
      super(asTheTestWants(configuration), ...rest);
      connections.push(this);
    }

    /** @param {RTCConfiguration} [configuration] */
    setConfiguration(configuration) {
      super.setConfiguration(asTheTestWants(configuration));
    }
  };

  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`Content-Security-Policy violated: ${event.violatedDirective} ${event.blockedURI}`);
  });

  const open = () => connections.filter((connection) => connection.signalingState !== 'closed');

  /** @param {RTCPeerConnection} connection */
  async function statistics(connection) {
    const entries = new Map();
    (await connection.getStats()).forEach((entry) => entries.set(entry.id, entry));
    return entries;
  }

  /** The pair in use: Chromium names it in the transport, Firefox marks it in itself. @param {Map<string, any>} entries */
  function selectedPair(entries) {
    const all = [...entries.values()];
    const named = all.find((entry) => entry.type === 'transport' && entry.selectedCandidatePairId);
    const pair = named
      ? entries.get(named.selectedCandidatePairId)
      : all.find((entry) => entry.type === 'candidate-pair' && entry.selected);
    if (!pair) return null;
    const kind = (/** @type {any} */ candidate) => candidate?.candidateType ?? 'unknown';
    return { local: kind(entries.get(pair.localCandidateId)), remote: kind(entries.get(pair.remoteCandidateId)) };
  }

  /** @param {Map<string, any>} entries @param {string} kind */
  function inbound(entries, kind) {
    return [...entries.values()].filter((entry) => entry.type === 'inbound-rtp' && entry.kind === kind);
  }

  /** What each open peer connection of this page is doing. */
  async function links() {
    return Promise.all(open().map(async (connection) => {
      const entries = await statistics(connection);
      return {
        state: connection.connectionState,
        fragment: /a=ice-ufrag:(\S+)/.exec(connection.localDescription?.sdp ?? '')?.[1] ?? null,
        pair: selectedPair(entries),
        video: inbound(entries, 'video').map((entry) => ({
          frames: entry.framesDecoded ?? 0, width: entry.frameWidth ?? 0, track: entry.trackIdentifier,
        })),
        audio: inbound(entries, 'audio').map((entry) => ({
          energy: entry.totalAudioEnergy ?? 0, packets: entry.packetsReceived ?? 0,
        })),
      };
    }));
  }

  /** Asks for an ICE restart as a change of network does. */
  function restartICE() {
    for (const connection of open()) connection.restartIce();
  }

  /** @type {WeakMap<HTMLVideoElement, {frames: number}>} */
  const painted = new WeakMap();

  /** The frames painted since the first question. (Firefox counts none of a stream's in its playback quality.) */
  function paintedFrames(/** @type {HTMLVideoElement} */ video) {
    const known = painted.get(video);
    if (known) return known.frames;
    const counter = { frames: 0 };
    const count = () => {
      counter.frames += 1;
      video.requestVideoFrameCallback(count);
    };
    painted.set(video, counter);
    video.requestVideoFrameCallback(count);
    return 0;
  }

  Object.defineProperty(globalThis, 'laboratory', { value: { links, paintedFrames, restartICE, connections: open, connectionCount: () => open().length } });
})();
