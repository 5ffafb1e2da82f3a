/** What is asked of the browser for each device. */

/**
 * @param {string | null} deviceId
 * @param {boolean} exact that device or none
 * @param {import('./voice-processing.js').VoiceFilters} filters
 * @returns {MediaTrackConstraints}
 */
export function microphoneConstraints(deviceId, exact, filters) {
  return { ...device(deviceId, exact), ...filters };
}

/** @param {string | null} deviceId @param {boolean} exact that device or none @returns {MediaTrackConstraints} */
export function cameraConstraints(deviceId, exact) {
  const facing = deviceId ? {} : { facingMode: 'user' };
  return {
    ...device(deviceId, exact),
    ...facing,
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30 },
  };
}

/**
 * The tab of the call itself is left out: sharing it shows a mirror in a mirror.
 *
 * @returns {DisplayMediaStreamConstraints}
 */
export function screenConstraints() {
  return {
    video: { frameRate: { ideal: 15, max: 30 } },
    audio: true,
    selfBrowserSurface: 'exclude',
    surfaceSwitching: 'include',
    systemAudio: 'include',
  };
}

/** @param {string | null} id @param {boolean} exact @returns {MediaTrackConstraints} */
function device(id, exact) {
  if (!id) return {};
  return { deviceId: exact ? { exact: id } : { ideal: id } };
}
