const patience = 2000; // milliseconds: a page in the background paints nothing

/**
 * Shows tracks in a video element without a black moment: a track that follows another is shown over it until the element
 * itself has a frame of it. The element stays the same one, so that what the person did with it lasts.
 */
export class SteadyVideo {
  /** @type {MediaStreamTrack | null} */
  #track = null;
  /** @type {HTMLVideoElement | null} what covers the element meanwhile */
  #cover = null;
  #video;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
  }

  /** @param {MediaStreamTrack | null} track */
  show(track) {
    if (track === this.#track) return;
    const isFollowed = this.#track !== null && track !== null && this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    this.#track = track;
    this.#uncover();
    if (isFollowed && track) this.#follow(track);
    else this.#video.srcObject = track && new MediaStream([track]);
  }

  /** @param {MediaStreamTrack} track */
  async #follow(track) {
    const cover = document.createElement('video');
    this.#cover = cover;
    Object.assign(cover, { muted: true, autoplay: true, playsInline: true, className: `${this.#video.className} cover` });
    cover.setAttribute('aria-hidden', 'true');
    cover.srcObject = new MediaStream([track]);
    this.#video.after(cover); // it lets the former picture through until it has one
    await firstFrame(cover);
    if (this.#cover !== cover) return;
    this.#video.srcObject = new MediaStream([track]);
    await firstFrame(this.#video);
    if (this.#cover === cover) this.#uncover();
  }

  #uncover() {
    if (!this.#cover) return;
    this.#cover.srcObject = null;
    this.#cover.remove();
    this.#cover = null;
  }
}

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<unknown>}
 */
function firstFrame(video) {
  const painted = new Promise((resolve) => {
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(resolve);
    else video.addEventListener('loadeddata', resolve, { once: true });
  });
  return Promise.race([painted, new Promise((resolve) => setTimeout(resolve, patience))]);
}
