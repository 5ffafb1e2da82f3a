/** A picture that moves and a tone that swells, for a connection test without camera or microphone. */

const [width, height] = [640, 360];
const pictureInterval = 66; // milliseconds: 15 pictures a second

/**
 * @typedef {object} TestSignal
 * @property {MediaStreamTrack} track
 * @property {() => void} stop
 */

/** @returns {TestSignal} */
export function testPicture() {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const draw = () => { if (context) paint(context, performance.now() / 1000); };
  draw();
  const timer = setInterval(draw, pictureInterval);
  const track = canvas.captureStream(1000 / pictureInterval).getVideoTracks()[0];
  if (!track) throw new Error('a canvas has a video track');
  return {
    track,
    stop: () => {
      clearInterval(timer);
      track.stop();
    },
  };
}

/** @returns {TestSignal} */
export function testTone() {
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  const swell = context.createOscillator();
  const gain = context.createGain();
  const destination = context.createMediaStreamDestination();
  oscillator.frequency.value = 440;
  swell.frequency.value = 0.5; // hertz
  gain.gain.value = 0.15;
  const depth = context.createGain();
  depth.gain.value = 0.1;
  swell.connect(depth).connect(gain.gain);
  oscillator.connect(gain).connect(destination);
  oscillator.start();
  swell.start();
  const track = destination.stream.getAudioTracks()[0];
  if (!track) throw new Error('a destination has an audio track');
  return {
    track,
    stop: () => {
      track.stop();
      context.close().catch(() => {}); // already closed
    },
  };
}

/**
 * A dial that turns and a bar that runs, so that a stopped picture shows.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} seconds
 */
function paint(context, seconds) {
  context.fillStyle = '#1d2b2f';
  context.fillRect(0, 0, width, height);
  for (let stripe = 0; stripe < 8; stripe += 1) {
    context.fillStyle = `hsl(${stripe * 45} 45% 48%)`;
    context.fillRect((stripe * width) / 8, height - 56, width / 8, 56);
  }
  context.fillStyle = '#f2efe6';
  context.fillRect(((seconds % 4) / 4) * width, height - 64, 8, 64);
  context.strokeStyle = '#f2efe6';
  context.lineWidth = 10;
  context.beginPath();
  context.arc(width / 2, 145, 92, -Math.PI / 2, -Math.PI / 2 + (seconds % 1) * 2 * Math.PI);
  context.stroke();
  context.font = '600 64px sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(String(Math.floor(seconds) % 60).padStart(2, '0'), width / 2, 148);
}
