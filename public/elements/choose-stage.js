/**
 * Which tile stands on the stage, or null for the gallery: what was pinned, else the newest shared screen,
 * else (in the speaker view) who speaks.
 *
 * @param {{
 *   tiles: readonly string[],
 *   pinned: string | null,
 *   screens: readonly string[],
 *   view: 'gallery' | 'speaker',
 *   speaker: string | null,
 *   me: string | null,
 * }} wish `screens` in the order in which they began
 * @returns {string | null}
 */
export function chooseStage({ tiles, pinned, screens, view, speaker, me }) {
  const present = new Set(tiles);
  if (pinned !== null && present.has(pinned)) return pinned;
  const screen = screens.filter((key) => present.has(key)).at(-1);
  if (screen !== undefined) return screen;
  if (view === 'gallery') return null;
  if (speaker !== null && speaker !== me && present.has(speaker)) return speaker;
  return tiles.find((key) => key !== me) ?? null;
}
