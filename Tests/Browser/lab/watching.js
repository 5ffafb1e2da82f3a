// Notes at short intervals what a page's peer connections say has arrived. Installed by a test where it is needed.
(() => {
  const interval = 100; // milliseconds

  /** @param {any} entry */
  function noted({ kind, timestamp, trackIdentifier, ...entry }) {
    const common = { at: timestamp / 1000, track: trackIdentifier, bytes: entry.bytesReceived ?? 0 };
    if (kind === 'audio') {
      return { ...common, kind, samples: entry.totalSamplesReceived ?? 0, concealed: entry.concealedSamples ?? 0 };
    }
    return {
      ...common, kind, frames: entry.framesDecoded ?? 0, width: entry.frameWidth ?? 0, freezes: entry.freezeCount ?? 0,
      frozen: entry.totalFreezesDuration ?? 0, buffered: entry.jitterBufferDelay ?? 0, emitted: entry.jitterBufferEmittedCount ?? 0,
    };
  }

  /** @type {ReturnType<typeof noted>[]} */
  let notes = [];
  async function look() {
    for (const connection of globalThis.laboratory.connections()) {
      (await connection.getStats()).forEach((/** @type {any} */ entry) => {
        if (entry.type === 'inbound-rtp') notes.push(noted(entry));
      });
    }
    setTimeout(look, interval);
  }
  look();

  /** What each tile shows, by the name on it. */
  function tiles() {
    return [...document.querySelectorAll('participant-tile')].map((/** @type {any} */ tile) => {
      const shown = [...tile.querySelectorAll('video')].filter((video) => video.srcObject && video.readyState >= 2);
      return {
        label: tile.getAttribute('aria-label') ?? '', isHidden: tile.hidden,
        width: Math.max(0, ...shown.map((video) => video.videoWidth)),
        tracks: shown.flatMap((video) => video.srcObject.getVideoTracks().map((/** @type {any} */ { id }) => id)),
      };
    });
  }

  globalThis.watching = {
    tiles,
    take() {
      const taken = notes;
      notes = [];
      return taken;
    },
  };
})();
