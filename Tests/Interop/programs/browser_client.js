/** A page that publishes by WHIP and plays by WHEP with what every browser has, and nothing of ours. */
globalThis.foreign = (() => {
  /** @type {RTCPeerConnection} */
  let connection;
  /** @type {URL} */
  let session;
  /** @type {Record<string, string>} */
  let credentials;
  /** @type {number | null} */
  let firstFrameAt = null;
  const kept = [];

  /** A codec, and what repairs it. */
  function codecs(side, name) {
    return side.getCapabilities('video').codecs.filter(
      ({ mimeType }) => [`video/${name}`, 'video/rtx'].some((wanted) => wanted.toLowerCase() === mimeType.toLowerCase()));
  }

  function encodings(layers, codec) {
    if (layers === 1) return [{}];
    const scalability = codec === 'VP9' || codec === 'AV1' ? { scalabilityMode: 'L1T3' } : {};
    return ['q', 'h', 'f'].map((rid, index) => ({ rid, scaleResolutionDownBy: 4 / 2 ** index, ...scalability }));
  }

  /** Posts the offer, once more whenever nobody publishes what it is for. */
  async function post(endpoint) {
    for (let attempt = 0; ; attempt += 1) {
      const reply = await fetch(endpoint, {
        method: 'POST', headers: { 'Content-Type': 'application/sdp', ...credentials },
        body: connection.localDescription.sdp,
      });
      if (reply.status !== 409 || attempt === 50) return reply;
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
  }

  /** Offers and takes the answer. */
  async function open(endpoint, key) {
    credentials = key ? { Authorization: `Bearer ${key}` } : {};
    await connection.setLocalDescription();
    const reply = await post(endpoint);
    const text = await reply.text();
    if (reply.status !== 201) throw new Error(`${reply.status}: ${text}\n${connection.localDescription.sdp}`);
    session = new URL(reply.headers.get('Location'), reply.url);
    await connection.setRemoteDescription({ type: 'answer', sdp: text });
    return { etag: reply.headers.get('ETag'), answer: text };
  }

  return {
    async publish(endpoint, key, codec, layers) {
      const size = layers > 1 ? { width: 960, height: 540, frameRate: 10 } : { width: 320, height: 180, frameRate: 15 };
      const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: size });
      connection = new RTCPeerConnection();
      connection.addTransceiver(media.getAudioTracks()[0], { direction: 'sendonly', streams: [media] });
      const video = connection.addTransceiver(media.getVideoTracks()[0], {
        direction: 'sendonly', streams: [media], sendEncodings: encodings(layers, codec) });
      video.setCodecPreferences(codecs(RTCRtpSender, codec));
      return open(endpoint, key);
    },

    async watch(endpoint, key, codec) {
      connection = new RTCPeerConnection();
      connection.addTransceiver('audio', { direction: 'recvonly' });
      connection.addTransceiver('video', { direction: 'recvonly' }).setCodecPreferences(codecs(RTCRtpReceiver, codec));
      connection.addEventListener('track', ({ track }) => {
        const element = document.body.appendChild(document.createElement(track.kind));
        kept.push(element);
        element.autoplay = true;
        element.srcObject = new MediaStream([track]);
        if (track.kind === 'video') element.requestVideoFrameCallback(() => { firstFrameAt = Date.now() / 1000; });
      });
      return open(endpoint, key);
    },

    async report() {
      const received = [];
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type !== 'inbound-rtp') continue;
        const { mid, kind } = entry;
        const told = { mid: mid ?? kind, kind, packets: entry.packetsReceived };
        if (kind === 'audio' && entry.totalSamplesDuration) {
          told.loudness = Math.sqrt(entry.totalAudioEnergy / entry.totalSamplesDuration);
        }
        received.push(kind === 'audio' ? told : {
          ...told, frames: entry.framesDecoded ?? 0, width: entry.frameWidth, height: entry.frameHeight, firstFrameAt });
      }
      const link = { state: connection.connectionState, connectedAt: null };
      return { publishing: link, subscription: link, received };
    },

    async end() {
      const reply = await fetch(session, { method: 'DELETE', headers: credentials });
      connection.close();
      return reply.status;
    },
  };
})();
