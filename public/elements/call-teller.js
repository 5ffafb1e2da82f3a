import { t } from '../i18n/translate.js';
import { callNews } from './call-news.js';
import { preferences } from './preferences.js';
import { deviceRefusal, refusalOf, refusalText } from './refusal.js';
import { plainText } from './rich-text-view.js';
import { clearToasts, toast } from './toast.js';
import { waitingNews } from './waiting-news.js';

/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('../types/messages.js').Waiting} Waiting */
/** @typedef {import('./actions.js').Action} Action */

/** From this many newcomers at once on, one message tells of all of them. */
const queue = 3;
/** Somebody at the door is told of for longer than a passing remark, in seconds. */
const atTheDoor = 30;

/**
 * What the page can do about the news.
 *
 * @typedef {object} Deeds
 * @property {(action: Action) => void} act
 * @property {() => void} showPeople
 * @property {(message: string) => void} reply opens the chat with an answer to a message
 * @property {() => boolean} readsChat whether the chat is open
 */

/** Tells the person what happens in the call, in short messages above it that also a screen reader speaks. */
export class CallTeller {
  #deeds;

  /** @param {Deeds} deeds */
  constructor(deeds) {
    this.#deeds = deeds;
  }

  /** @param {CallState} before @param {CallState} after */
  changed(before, after) {
    for (const { key, values, about, level } of callNews(before, after)) {
      if ((key === 'news.joined' || key === 'news.left') && !preferences.values.announceArrivals) continue;
      toast(t(key, values), { key: `${key}-${about ?? ''}`, level: level ?? 'info' });
    }
    this.waiting(before.waiting, after.waiting);
    this.#chat(before, after);
  }

  /** @param {readonly Waiting[]} before @param {readonly Waiting[]} after */
  waiting(before, after) {
    const { came, gone } = waitingNews(before, after);
    for (const { id } of gone) clearToasts(`waiting-${id}`);
    if (after.length === 0) clearToasts('waiting');
    if (came.length < queue) return came.forEach((one) => this.#atTheDoor(one));
    toast(t('lobby.count', { count: after.length }), {
      key: 'waiting',
      seconds: atTheDoor,
      action: { label: t('lobby.show'), run: () => this.#deeds.showPeople() },
    });
  }

  /** @param {readonly Waiting[]} waiting whom the panel shows now: what tells of them would only lie over it */
  seen(waiting) {
    clearToasts('waiting');
    for (const { id } of waiting) clearToasts(`waiting-${id}`);
  }

  /** @param {Waiting} waiting */
  #atTheDoor({ id, name }) {
    toast(t('lobby.waits', { name }), {
      key: `waiting-${id}`,
      seconds: atTheDoor,
      action: { label: t('lobby.admit'), run: () => this.#deeds.act({ type: 'admit', who: [id] }) },
    });
  }

  /** @param {CallState} before @param {CallState} after */
  #chat(before, after) {
    const last = after.chat.at(-1);
    if (!last || after.chat === before.chat || last.id === before.chat.at(-1)?.id) return;
    if (this.#deeds.readsChat() || last.from === after.me || before.phase !== 'joined') return;
    const words = plainText(last.text);
    const text = words.length > 80 ? `${words.slice(0, 79)}…` : words;
    toast(t(last.to === null ? 'chat.news' : 'chat.newsPrivate', { name: last.name, text }), {
      key: 'chat',
      action: { label: t('chat.reply'), run: () => this.#deeds.reply(last.id) },
    });
  }

  /**
   * What a moderator did to this person.
   *
   * @param {{action: import('./actions.js').ModerationAction, by: string, reason: string | null}} news
   * @param {CallState} state
   */
  moderated({ action, by, reason }, state) {
    if (by === state.me) return; // who lowers all hands knows of the own one
    const text = t(`moderated.${action}`, { name: state.participants[by]?.name ?? t('role.host') });
    const answers = /** @type {Record<string, Action>} */ ({
      askToUnmute: { type: 'setAudio', on: true },
      askToStartVideo: { type: 'setVideo', on: true },
    });
    const answer = answers[action];
    toast(reason ? `${text} ${reason}` : text, {
      level: 'warning',
      key: `moderated-${action}`,
      ...(answer ? { seconds: 30, action: { label: t(`moderated.${action}.do`), run: () => this.#deeds.act(answer) } } : {}),
    });
  }

  /** @param {Action} action @param {unknown} error why it was not done */
  refused(action, error) {
    const { code } = refusalOf(error);
    if (action.type === 'shareScreen' && code === 'denied') return; // the person closed the browser's own question
    const device = deviceRefusal(action.type, code);
    toast(device === null ? refusalText(error) : t(device), { level: 'error', key: `refused-${action.type}` });
  }
}
