/**
 * Plays three soft notes on a loudspeaker, so that somebody hears whether it works.
 *
 * @param {string | null} speaker the device's id; null: the system's
 * @returns {Promise<void>} when they have sounded
 */
export async function playTestSound(speaker) {
  const context = new AudioContext();
  try {
    const destination = context.createMediaStreamDestination();
    const ends = [523.25, 659.25, 783.99].map((frequency, index) => note(context, destination, frequency, index * 0.22));
    const audio = new Audio();
    audio.srcObject = destination.stream;
    if (speaker && audio.setSinkId) await audio.setSinkId(speaker);
    await audio.play();
    await Promise.all(ends);
    audio.srcObject = null;
  } finally {
    await context.close();
  }
}

/**
 * @param {AudioContext} context
 * @param {AudioNode} destination
 * @param {number} frequency hertz
 * @param {number} delay seconds
 */
function note(context, destination, frequency, delay) {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  const start = context.currentTime + 0.1 + delay;
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.22, start + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.001, start + 0.6);
  oscillator.connect(gain).connect(destination);
  oscillator.start(start);
  oscillator.stop(start + 0.65);
  return new Promise((resolve) => oscillator.addEventListener('ended', resolve, { once: true }));
}
