/** Where the tiles go: pure arithmetic over boxes, in CSS pixels. */

/** @typedef {{left: number, top: number, width: number, height: number}} Rect */
/** @typedef {{rects: (Rect | null)[], pages: number, page: number, capacity: number}} Arrangement a rect per place, null for those of other pages, and how many a page has */

const wide = 16 / 9;
const narrowest = { ofWideBox: 3 / 4, ofTallBox: 9 / 16 };
/** How much it counts that a tile cuts off the sides of a picture: little, because the face is in the middle. */
const weightOfSides = 0.1;
/** Below this a face is hard to read, and a name has no room. */
const smallestTile = Object.freeze({ width: 112, height: 80 });
const mostTilesOfAPage = 49;
/** What the buttons between pages need below the tiles. */
const pagerHeight = 56;

/**
 * The rectangles of a gallery: as many columns as show the most of `count` wide pictures, the last row centred.
 * A tile may be narrow, because a picture that covers a portrait tile shows a face larger than one in a wide strip.
 *
 * @param {{count: number, width: number, height: number, gap: number}} box
 * @returns {Rect[]}
 */
export function galleryRects({ count, width, height, gap }) {
  if (count === 0 || width <= 0 || height <= 0) return [];
  const { columns, tile } = bestColumns({ count, width, height, gap });
  const rows = Math.ceil(count / columns);
  const top = (height - rows * tile.height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (width - inRow * tile.width - (inRow - 1) * gap) / 2;
    return {
      left: left + (index % columns) * (tile.width + gap),
      top: top + row * (tile.height + gap),
      ...tile,
    };
  });
}

/** @param {{count: number, width: number, height: number, gap: number}} box */
function bestColumns({ count, width, height, gap }) {
  const least = height > width ? narrowest.ofTallBox : narrowest.ofWideBox;
  let best = { columns: 1, tile: { width: 0, height: 0 }, seen: -1 };
  const most = Math.min(count, Math.max(1, Math.floor((width + gap) / (smallestTile.width + gap))));
  for (let columns = 1; columns <= most; columns += 1) {
    const rows = Math.ceil(count / columns);
    const tile = fit((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows, least);
    const seen = visibleArea(tile);
    if (seen > best.seen) best = { columns, tile, seen };
  }
  return best;
}

/**
 * The largest tile of an allowed shape within a cell.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} least its width by its height
 */
function fit(width, height, least) {
  return { width: Math.max(0, Math.min(width, height * wide)), height: Math.max(0, Math.min(height, width / least)) };
}

/**
 * The area of a tile, less a little for what it cuts off a wide picture.
 *
 * @param {{width: number, height: number}} tile
 */
function visibleArea({ width, height }) {
  if (width <= 0 || height <= 0) return 0;
  const shape = width / height;
  return width * height * Math.min(shape / wide, wide / shape) ** weightOfSides;
}

/**
 * How many tiles a page of the gallery holds without becoming too small.
 *
 * @param {{width: number, height: number, gap: number}} box
 */
export function galleryCapacity({ width, height, gap }) {
  const columns = Math.max(1, Math.floor((width + gap) / (smallestTile.width + gap)));
  const rows = Math.max(1, Math.floor((height + gap) / (smallestTile.height + gap)));
  return Math.min(mostTilesOfAPage, columns * rows);
}

/**
 * A gallery with pages.
 *
 * @param {{count: number, width: number, height: number, gap: number, page: number}} box
 * @returns {Arrangement}
 */
export function arrangeGallery({ count, width, height, gap, page }) {
  if (count > galleryCapacity({ width, height, gap })) height -= pagerHeight;
  const capacity = galleryCapacity({ width, height, gap });
  const pages = Math.max(1, Math.ceil(count / capacity));
  const shown = Math.min(Math.max(page, 0), pages - 1);
  const first = shown * capacity;
  const here = galleryRects({ count: Math.min(capacity, count - first), width, height, gap });
  const rects = Array.from({ length: count }, (_, index) => here[index - first] ?? null);
  return { rects, pages, page: shown, capacity };
}

/**
 * One tile large, another small in its lower right corner: two people.
 *
 * @param {{width: number, height: number, gap: number}} box
 * @returns {{large: Rect, small: Rect}}
 */
export function arrangePair({ width, height, gap }) {
  const portrait = height > width;
  const long = Math.min(Math.max((portrait ? height : width) * 0.2, 112), 288);
  const small = portrait ? { width: long * narrowest.ofWideBox, height: long } : { width: long, height: long / wide };
  const inset = gap * 1.5;
  return {
    large: { left: 0, top: 0, width, height },
    small: { left: width - small.width - inset, top: height - small.height - inset, ...small },
  };
}

/**
 * One tile on the stage and the others on a strip beside it (below it, where the box is tall).
 *
 * @param {{count: number, width: number, height: number, gap: number, page: number}} box `count` of the strip
 * @returns {Arrangement & {stage: Rect}}
 */
export function arrangeStage({ count, width, height, gap, page }) {
  if (count === 0) return { stage: { left: 0, top: 0, width, height }, rects: [], pages: 1, page: 0, capacity: 1 };
  return width > height * 1.1
    ? stageWithColumn({ count, width, height, gap, page })
    : stageWithRow({ count, width, height, gap, page });
}

/** @param {{count: number, width: number, height: number, gap: number, page: number}} box */
function stageWithColumn({ count, width, height, gap, page }) {
  const tile = clamp(width * 0.18, 120, 256);
  const size = { width: tile, height: tile / wide };
  const capacity = Math.max(1, Math.floor((height + gap) / (size.height + gap)));
  const strip = stripOf({ count, capacity, page });
  const top = (height - strip.here * (size.height + gap) + gap) / 2;
  return {
    ...strip,
    stage: { left: 0, top: 0, width: width - tile - gap, height },
    rects: strip.places.map((place) => place === null ? null
      : { left: width - tile, top: top + place * (size.height + gap), ...size }),
  };
}

/** @param {{count: number, width: number, height: number, gap: number, page: number}} box */
function stageWithRow({ count, width, height, gap, page }) {
  const tall = Math.min(clamp(height * 0.17, 64, 150), (width - 2 * gap) / 3);
  const size = { width: tall, height: tall }; // square: three and more beside each other on a phone
  const capacity = Math.max(1, Math.floor((width + gap) / (size.width + gap)));
  const strip = stripOf({ count, capacity, page });
  const left = (width - strip.here * (size.width + gap) + gap) / 2;
  return {
    ...strip,
    stage: { left: 0, top: 0, width, height: height - tall - gap },
    rects: strip.places.map((place) => place === null ? null
      : { left: left + place * (size.width + gap), top: height - tall, ...size }),
  };
}

/** @param {{count: number, capacity: number, page: number}} strip */
function stripOf({ count, capacity, page }) {
  const pages = Math.max(1, Math.ceil(count / capacity));
  const shown = clamp(page, 0, pages - 1);
  const first = shown * capacity;
  const here = Math.min(capacity, count - first);
  /** @type {(number | null)[]} */
  const places = Array.from({ length: count }, (_, index) =>
    index >= first && index < first + here ? index - first : null);
  return { pages, page: shown, here, places, capacity };
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
