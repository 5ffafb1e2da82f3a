import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { arrangeGallery, arrangePair, arrangeStage, galleryCapacity, galleryRects } from '../../../public/elements/grid-layout.js';

const desk = { width: 1256, height: 716, gap: 12 };
const phone = { width: 374, height: 680, gap: 8 };

describe('galleryRects', () => {
  it('keeps every tile inside the box and off its neighbours, for any number of people', () => {
    for (const box of [desk, phone, { width: 304, height: 420, gap: 8 }]) {
      for (let count = 1; count <= 30; count += 1) {
        const rects = galleryRects({ count, ...box });

        assert.equal(rects.length, count);
        for (const rect of rects) assertInside(rect, box);
        assertApart(rects);
      }
    }
  });

  it('fills a landscape box with two columns for four people', () => {
    const rects = galleryRects({ count: 4, ...desk });

    assert.equal(new Set(rects.map(({ left }) => left)).size, 2);
    assert.equal(new Set(rects.map(({ top }) => top)).size, 2);
  });

  it('stacks two people on a tall phone', () => {
    const [first, second] = galleryRects({ count: 2, ...phone });

    assert.ok(first && second && second.top > first.top);
    assert.equal(first.left, second.left);
    assert.equal(first.width, phone.width);
  });

  it('makes tall tiles for four people on a phone, where faces are larger than in four strips', () => {
    const rects = galleryRects({ count: 4, ...phone });

    assert.equal(new Set(rects.map(({ left }) => left)).size, 2);
    assert.ok(rects.every(({ width, height }) => height > width * 1.5));
  });

  it('centres the last row', () => {
    const rects = galleryRects({ count: 3, ...desk });
    const last = rects[2];

    assert.ok(last);
    assert.ok(Math.abs(last.left + last.width / 2 - desk.width / 2) < 0.01);
  });

  it('makes no tile wider than 16:9 or narrower than 3:4', () => {
    for (let count = 1; count <= 25; count += 1) {
      for (const { width, height } of galleryRects({ count, ...desk })) {
        assert.ok(width / height <= 16 / 9 + 0.001 && width / height >= 3 / 4 - 0.001, `${count}: ${width} × ${height}`);
      }
    }
  });

  it('has nothing to place in an empty box', () => {
    assert.deepEqual(galleryRects({ count: 0, ...desk }), []);
    assert.deepEqual(galleryRects({ count: 3, width: 0, height: 0, gap: 12 }), []);
  });
});

describe('arrangeGallery', () => {
  it('shows everybody on one page while they fit', () => {
    const { pages, rects } = arrangeGallery({ count: 9, page: 0, ...desk });

    assert.equal(pages, 1);
    assert.ok(rects.every((rect) => rect !== null));
  });

  it('turns to pages when tiles would become too small, and shows each person on exactly one', () => {
    const count = galleryCapacity(phone) * 2 + 1;
    const shown = [0, 1, 2].map((page) => arrangeGallery({ count, page, ...phone }));

    assert.equal(shown[0]?.pages, 3);
    for (let index = 0; index < count; index += 1) {
      assert.equal(shown.filter(({ rects }) => rects[index] !== null).length, 1);
    }
  });

  it('goes to the last page when the one asked for is gone', () => {
    const { page } = arrangeGallery({ count: 4, page: 7, ...desk });

    assert.equal(page, 0);
  });
});

describe('arrangePair', () => {
  it('gives one person the box and lays the other in its corner', () => {
    for (const box of [desk, phone]) {
      const { large, small } = arrangePair(box);

      assert.deepEqual(large, { left: 0, top: 0, width: box.width, height: box.height });
      assertInside(small, box);
      assert.ok(small.width * small.height < box.width * box.height / 8);
    }
  });
});

describe('arrangeStage', () => {
  it('puts the strip beside the stage where the box is wide and below it where it is tall', () => {
    const beside = arrangeStage({ count: 3, page: 0, ...desk });
    const below = arrangeStage({ count: 3, page: 0, ...phone });

    assert.ok(beside.rects.every((rect) => rect !== null && rect.left >= beside.stage.width + desk.gap - 0.01));
    assert.ok(below.rects.every((rect) => rect !== null && rect.top >= below.stage.height + phone.gap - 0.01));
  });

  it('keeps stage and strip inside the box and apart, and pages the strip', () => {
    for (const box of [desk, phone]) {
      for (let count = 0; count <= 20; count += 1) {
        const { stage, rects, pages } = arrangeStage({ count, page: 0, ...box });
        const placed = rects.filter((rect) => rect !== null);

        assert.ok(pages === 1 ? placed.length === count : placed.length < count);
        for (const rect of [stage, ...placed]) assertInside(rect, box);
        assertApart([stage, ...placed]);
      }
    }
  });

  it('gives the stage everything when nobody else is there', () => {
    const { stage } = arrangeStage({ count: 0, page: 0, ...desk });

    assert.deepEqual(stage, { left: 0, top: 0, width: desk.width, height: desk.height });
  });
});

/** @typedef {import('../../../public/elements/grid-layout.js').Rect} Rect */

/** @param {Rect} rect @param {{width: number, height: number}} box */
function assertInside({ left, top, width, height }, box) {
  assert.ok(width > 0 && height > 0);
  assert.ok(left >= -0.01 && top >= -0.01 && left + width <= box.width + 0.01 && top + height <= box.height + 0.01);
}

/** @param {Rect[]} rects */
function assertApart(rects) {
  for (const [index, one] of rects.entries()) {
    for (const other of rects.slice(index + 1)) {
      const across = one.left < other.left + other.width - 0.01 && other.left < one.left + one.width - 0.01;
      const along = one.top < other.top + other.height - 0.01 && other.top < one.top + one.height - 0.01;
      assert.ok(!(across && along), 'two tiles overlap');
    }
  }
}
