/** People who are drawn: a stream of a figure that breathes and speaks, for each name. */

const looks = [
  { wall: ['#0f5f56', '#17897c'], skin: '#d99b72', hair: '#3a2a24', cloth: '#f0a46f' },
  { wall: ['#efe0c1', '#dcc596'], skin: '#8c5a3c', hair: '#1f1a1c', cloth: '#24564f' },
  { wall: ['#39485e', '#52688a'], skin: '#e8b998', hair: '#b5642b', cloth: '#dfe5ec' },
  { wall: ['#7a4b55', '#9c6470'], skin: '#c58a63', hair: '#22191c', cloth: '#f5d98f' },
  { wall: ['#c8d5c4', '#9fb59a'], skin: '#f0c7a4', hair: '#6b4a2f', cloth: '#3c5a7a' },
  { wall: ['#2d2a3f', '#4a4568'], skin: '#6f452f', hair: '#0f0c0e', cloth: '#c95f4a' },
];

/**
 * @param {number} index
 * @returns {MediaStream}
 */
export function drawnPerson(index) {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 360;
  const context = canvas.getContext('2d');
  const look = looks[index % looks.length];
  let step = index * 17;
  const draw = () => { if (context && look) person(context, look, step += 1); };
  draw();
  setInterval(draw, 200);
  return canvas.captureStream(5);
}

/** @param {CanvasRenderingContext2D} c @param {typeof looks[0]} look @param {number} step */
function person(c, { wall, skin, hair, cloth }, step) {
  const sway = Math.sin(step / 9) * 4;
  const light = c.createLinearGradient(0, 0, 640, 360);
  light.addColorStop(0, wall[0] ?? '');
  light.addColorStop(1, wall[1] ?? '');
  c.fillStyle = light;
  c.fillRect(0, 0, 640, 360);
  c.fillStyle = 'rgb(255 255 255 / 12%)';
  c.fillRect(60, 40, 110, 150);
  c.fillRect(500, 60, 90, 14);
  c.fillRect(520, 90, 70, 14);
  c.translate(sway, 0);
  ellipse(c, cloth, 320, 400, 170, 150);
  c.fillStyle = skin;
  c.fillRect(288, 220, 64, 60);
  ellipse(c, hair, 320, 145, 86, 92);
  ellipse(c, skin, 320, 160, 70, 82);
  ellipse(c, hair, 320, 92, 72, 34);
  ellipse(c, '#1c1416', 296, 158, 6, 7);
  ellipse(c, '#1c1416', 346, 158, 6, 7);
  ellipse(c, '#7c3a33', 321, 200, 18, 4 + Math.abs(Math.sin(step / 2)) * 7);
  c.translate(-sway, 0);
}

/** @param {CanvasRenderingContext2D} c @param {string} colour @param {number} x @param {number} y @param {number} rx @param {number} ry */
function ellipse(c, colour, x, y, rx, ry) {
  c.fillStyle = colour;
  c.beginPath();
  c.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
  c.fill();
}

/** @returns {MediaStream} a slide */
export function drawnScreen() {
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 800;
  const c = canvas.getContext('2d');
  const draw = () => {
    if (!c) return;
    c.fillStyle = '#fbfaf7';
    c.fillRect(0, 0, 1280, 800);
    c.fillStyle = '#0b6a5f';
    c.fillRect(0, 0, 1280, 14);
    c.fillStyle = '#1c1e20';
    c.font = '600 58px Inter, sans-serif';
    c.fillText('Harbour festival 2027', 90, 150);
    c.font = '34px Inter, sans-serif';
    ['Three stages instead of two', 'Ferries every ten minutes', 'Volunteers: 140 of 180 found'].forEach((line, index) => c.fillText(`•  ${line}`, 100, 250 + index * 68));
    [120, 210, 170, 300, 260, 360].forEach((height, index) => {
      c.fillStyle = index === 5 ? '#0b6a5f' : '#b9d9d3';
      c.fillRect(640 + index * 90, 700 - height, 62, height);
    });
  };
  draw();
  setInterval(draw, 500);
  return canvas.captureStream(2);
}
