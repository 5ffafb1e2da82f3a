import { t } from '../i18n/translate.js';
import { self, others, hands } from '../state/selectors.js';
import { chooseStage } from './choose-stage.js';
import { voiceOf } from './floor.js';
import { GalleryOrder } from './gallery-order.js';
import { arrangeGallery, arrangePair, arrangeStage } from './grid-layout.js';
import { html } from './html.js';
import { keyedChildren } from './keyed-children.js';
import { LightElement } from './light-element.js';
import { ParticipantTile } from './participant-tile.js';
import { ScreenTile } from './screen-tile.js';
import { shownTiles } from './shown-tiles.js';

/** @typedef {import('../types/messages.js').Participant} Participant */
/** @typedef {import('./grid-layout.js').Rect} Rect */

/**
 * @typedef {object} GridView
 * @property {import('../types/call.js').CallState} state
 * @property {(participant: string) => import('../types/call.js').StreamSet} streams
 * @property {ReadonlySet<string>} speaking whose voices are heard now
 * @property {string | null} floor who spoke last for long enough
 * @property {ReadonlyMap<string, {quality: 'good' | 'fair' | 'poor', reason: string | null}>} quality
 * @property {string | null} pinned
 * @property {'gallery' | 'speaker'} view
 * @property {boolean} hideSelf
 * @property {boolean} mirror
 * @property {boolean} covered something lies over all tiles
 */
/** @typedef {{key: string, kind: 'camera' | 'screen', participant: Participant}} Tile */

/**
 * All tiles, placed: gallery, two people, or a stage with a strip. Tiles never move in the document, only on the screen.
 * Event `look` `{tiles}`: which pictures can be seen now, and how large.
 */
export class VideoGrid extends LightElement {
  /** @override */
  static template = html`
    <div class="tiles" data-part="tiles"></div>
    <div class="alone" data-part="alone" hidden><span data-i18n="call.alone"></span>
      <button type="button" class="button primary" data-part="copy"><ui-icon name="copy"></ui-icon><span data-i18n="invite.copyLink"></span></button></div>
    <nav class="pager" data-part="pager" data-i18n-label="pager.label" hidden>
      <button type="button" class="icon-button" data-part="previous" data-i18n-label="pager.previous"><ui-icon name="chevron-left"></ui-icon></button>
      <span data-part="page" aria-live="polite"></span>
      <button type="button" class="icon-button" data-part="next" data-i18n-label="pager.next"><ui-icon name="chevron-right"></ui-icon></button>
    </nav>`;

  /** @type {GridView | undefined} */
  #view;
  #order = new GalleryOrder();
  #page = 0;
  #pages = 1;
  /** @type {WeakSet<Element>} tiles that are in nobody's view: scrolled away, or in a frame that is */
  #unseen = new WeakSet();
  #inView = new IntersectionObserver((entries) => this.#seen(entries));
  /** What was told last of what can be seen. */
  #told = '';
  /** The size of the window that the tiles were placed in last. */
  #window = '';

  /** @param {GridView} view */
  set view(view) {
    this.#view = view;
    this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    const observer = new ResizeObserver(() => this.render());
    observer.observe(this);
    signal.addEventListener('abort', () => {
      observer.disconnect();
      this.#inView.disconnect();
    });
    document.addEventListener('visibilitychange', () => this.needsRender(), { signal });
    for (const news of ['enterpictureinpicture', 'leavepictureinpicture']) {
      this.addEventListener(news, () => this.needsRender(), { signal });
    }
    this.child('copy', HTMLButtonElement).addEventListener('click', () => this.emit('copy-invitation'), { signal });
    this.child('previous', HTMLButtonElement).addEventListener('click', () => this.turn(-1), { signal });
    this.child('next', HTMLButtonElement).addEventListener('click', () => this.turn(1), { signal });
  }

  /** @override */
  render() {
    const view = this.#view;
    if (!view) return;
    const tiles = tilesOf(view);
    const order = new Map(hands(view.state).map(({ id }, index) => [id, index + 1]));
    keyedChildren(this.child('tiles', HTMLElement), tiles, {
      key: (tile) => tile.key,
      create: (tile) => this.#create(tile),
      update: () => {},
    });
    this.#look(tiles, this.#place(tiles, view), view);
    for (const [index, element] of [...this.child('tiles', HTMLElement).children].entries()) {
      const tile = tiles[index];
      if (tile) this.#show(element, tile, view, order);
    }
    this.child('alone', HTMLElement).hidden = others(view.state).length > 0;
  }

  /** @param {Tile} tile */
  #create({ kind }) {
    const element = kind === 'screen' ? new ScreenTile() : new ParticipantTile();
    this.#inView.observe(element);
    return element;
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting || /** @type {HTMLElement} */ (target).hidden) this.#unseen.delete(target);
      else this.#unseen.add(target);
    }
    this.needsRender();
  }

  /** @param {Tile[]} tiles @param {(Rect | null)[]} rects @param {GridView} view */
  #look(tiles, rects, view) {
    const elements = [...this.child('tiles', HTMLElement).children];
    const floating = elements.findIndex((element) => document.pictureInPictureElement && element.contains(document.pictureInPictureElement));
    const placed = tiles.map(({ participant, kind }, index) => ({
      participant: participant.id,
      kind,
      rect: rects[index] ?? null,
      isInView: !this.#unseen.has(elements[index] ?? this),
      isPinned: tiles[index]?.key === view.pinned,
    }));
    const shown = shownTiles(placed, {
      me: view.state.me,
      isHidden: document.hidden || view.covered,
      floating: placed[floating] ?? null,
      density: devicePixelRatio,
    });
    const told = JSON.stringify(shown);
    if (told === this.#told) return;
    this.#told = told;
    this.emit('look', { tiles: shown });
  }

  /** @param {Element} element @param {Tile} tile @param {GridView} view @param {Map<string, number>} order */
  #show(element, { key, participant }, view, order) {
    const me = participant.id === view.state.me;
    const pinned = view.pinned === key;
    const streams = view.streams(participant.id);
    if (element instanceof ScreenTile) element.view = { participant, pinned, track: pictureOf(streams.screen) };
    if (!(element instanceof ParticipantTile)) return;
    const track = pictureOf(streams.camera);
    element.view = {
      participant,
      me,
      pinned,
      camera: participant.devices.video && track !== null,
      track,
      mirrored: me && view.mirror,
      voice: voiceOf(view.state, participant.id, view.speaking),
      handOrder: order.get(participant.id) ?? null,
      link: view.state.links[participant.id] ?? null,
      quality: view.quality.get(participant.id) ?? null,
    };
  }

  /** @param {Tile[]} tiles @param {GridView} view @returns {(Rect | null)[]} */
  #place(tiles, view) {
    const box = { width: this.clientWidth, height: this.clientHeight, gap: this.clientWidth < 600 ? 8 : 12, page: this.#page };
    const stage = chooseStage({
      tiles: tiles.map(({ key }) => key),
      pinned: view.pinned,
      screens: tiles.filter(({ kind }) => kind === 'screen').map(({ key }) => key),
      view: view.view,
      speaker: view.floor,
      me: view.state.me,
    });
    const isSettling = this.#hasNewWindow();
    const { rects, pages, page, floating, corner, capacity } = arrange(tiles, stage, view.state.me, box);
    const placed = pages > 1 ? this.#ordered(tiles, rects, { stage: corner && stage, capacity, page }, view) : rects;
    this.#pages = pages;
    this.#page = page;
    this.#renderPager(corner);
    this.classList.toggle('settling', isSettling);
    for (const [index, element] of [...this.child('tiles', HTMLElement).children].entries()) {
      place(/** @type {HTMLElement} */ (element), placed[index] ?? null, tiles[index]?.key === stage, index === floating);
    }
    if (isSettling) this.#settle();
    return placed;
  }

  /** Whether the window has become another size: tiles would then move from places that no longer exist. */
  #hasNewWindow() {
    const before = this.#window;
    this.#window = `${innerWidth} × ${innerHeight}`;
    return before !== this.#window;
  }

  /** Has the browser take note of the places while nothing moves, since its motion begins where it last took note. */
  #settle() {
    this.getBoundingClientRect();
    this.classList.remove('settling');
  }

  /**
   * Gives who speaks a place on the first page.
   *
   * @param {Tile[]} tiles
   * @param {(Rect | null)[]} rects as the tiles came
   * @param {{stage: string | null, capacity: number, page: number}} pages
   * @param {GridView} view
   */
  #ordered(tiles, rects, { stage, capacity, page }, { floor, state }) {
    const keys = tiles.map(({ key }) => key);
    const fixed = new Set(tiles.filter(({ key, kind }) => kind === 'screen' || key === state.me).map(({ key }) => key));
    const speaker = page === 0 && floor !== state.me ? floor : null;
    const order = this.#order.of(keys, { stage, fixed, capacity, speaker });
    const places = rects.filter((_, index) => keys[index] !== stage);
    return rects.map((rect, index) => (keys[index] === stage ? rect : places[order.indexOf(keys[index] ?? '')] ?? null));
  }

  /** @param {Rect | null} stage whose corner it takes, so that it hides nobody on the strip */
  #renderPager(stage) {
    const pager = this.child('pager', HTMLElement);
    pager.hidden = this.#pages < 2;
    pager.classList.toggle('of-strip', stage !== null);
    pager.style.right = stage === null ? '' : `${this.clientWidth - stage.left - stage.width + 10}px`;
    pager.style.bottom = stage === null ? '' : `${this.clientHeight - stage.top - stage.height + 10}px`;
    const words = t('pager.page', { page: this.#page + 1, pages: this.#pages });
    if (this.child('page', HTMLElement).textContent !== words) this.child('page', HTMLElement).textContent = words;
    const [previous, next] = [this.child('previous', HTMLButtonElement), this.child('next', HTMLButtonElement)];
    const focused = document.activeElement;
    previous.disabled = this.#page === 0;
    next.disabled = this.#page >= this.#pages - 1;
    if (focused === previous && previous.disabled) next.focus();
    if (focused === next && next.disabled) previous.focus();
  }

  /**
   * Shows another page of tiles.
   *
   * @param {number} by
   */
  turn(by) {
    this.#page = Math.max(0, Math.min(this.#pages - 1, this.#page + by));
    this.needsRender();
  }
}

/** @param {MediaStream | null} stream */
function pictureOf(stream) {
  return stream?.getVideoTracks()[0] ?? null;
}

/** @param {GridView} view @returns {Tile[]} shared screens, the others as they came, oneself last */
function tilesOf({ state, hideSelf }) {
  const me = self(state);
  const rest = others(state);
  const everybody = me ? [...rest, me] : rest;
  const screens = rest.filter(({ devices }) => devices.screen); // one's own would be a mirror in a mirror
  const cameras = hideSelf && rest.length > 0 ? rest : everybody;
  return [
    ...screens.map((participant) => /** @type {Tile} */ ({ key: `${participant.id}:screen`, kind: 'screen', participant })),
    ...cameras.map((participant) => /** @type {Tile} */ ({ key: participant.id, kind: 'camera', participant })),
  ];
}

/**
 * @param {Tile[]} tiles
 * @param {string | null} stage
 * @param {string | null} me
 * @param {{width: number, height: number, gap: number, page: number}} box
 * @returns {{rects: (Rect | null)[], pages: number, page: number, floating: number, corner: Rect | null, capacity: number}} `corner` is the stage's
 */
function arrange(tiles, stage, me, box) {
  const onStage = tiles.findIndex(({ key }) => key === stage);
  if (tiles.length === 2 && tiles.every(({ kind }) => kind === 'camera')) {
    const { large, small } = arrangePair(box);
    const first = onStage >= 0 ? onStage : tiles.findIndex(({ key }) => key !== me);
    return { rects: tiles.map((_, index) => (index === first ? large : small)), pages: 1, page: 0, floating: 1 - first, corner: null, capacity: 2 };
  }
  if (onStage < 0) return { ...arrangeGallery({ ...box, count: tiles.length }), floating: -1, corner: null };
  const { stage: large, rects, pages, page, capacity } = arrangeStage({ ...box, count: tiles.length - 1 });
  const all = [...rects];
  all.splice(onStage, 0, large);
  return { rects: all, pages, page, floating: -1, corner: large, capacity };
}

/** @param {HTMLElement} element @param {Rect | null} rect @param {boolean} staged @param {boolean} floating */
function place(element, rect, staged, floating) {
  element.hidden = rect === null;
  element.classList.toggle('staged', staged);
  element.classList.toggle('floating', floating);
  if (rect === null) return;
  element.classList.toggle('small', rect.width < 220);
  element.classList.toggle('tiny', rect.width < 110);
  element.style.width = `${rect.width}px`;
  element.style.height = `${rect.height}px`;
  element.style.translate = `${rect.left}px ${rect.top}px`;
  element.style.setProperty('--tile-size', `${Math.min(rect.width, rect.height)}px`);
}
customElements.define('video-grid', VideoGrid);
