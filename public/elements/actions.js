import { unreachable } from '../lib/unreachable.js';

/** @typedef {import('../types/messages.js').ModerationAction} ModerationAction */
/** @typedef {string[] | 'everyone'} Who */

/**
 * What an element may ask to be done with the call. Elements never touch the controller themselves.
 *
 * @typedef {{type: 'setAudio', on: boolean} | {type: 'setVideo', on: boolean}
 *   | {type: 'shareScreen'} | {type: 'stopScreen'}
 *   | {type: 'raiseHand', raised: boolean} | {type: 'react', emoji: string} | {type: 'rename', name: string}
 *   | {type: 'sendChat', text: string, to: string | null, replyTo: string | null}
 *   | {type: 'editChat', message: string, text: string} | {type: 'deleteChat', message: string}
 *   | {type: 'reactToChat', message: string, emoji: string, on: boolean}
 *   | {type: 'updateRoom', changes: import('../types/messages.js').RoomUpdate}
 *   | {type: 'moderate', action: ModerationAction, who: Who, reason?: string}
 *   | {type: 'admit', who: Who} | {type: 'deny', who: Who, message?: string} | {type: 'messageWaiting', text: string}
 *   | {type: 'setRole', participant: string, role: import('../types/messages.js').Role}
 *   | {type: 'setPermission', participant: string, permission: import('../types/messages.js').Permission, allowed: boolean}
 *   | {type: 'transferHost', participant: string} | {type: 'endRoom'} | {type: 'leave'}
 *   | {type: 'createStreamKey', name: string} | {type: 'getStreamKeys'} | {type: 'revokeStreamKey', streamKey: string}
 * } Action
 */

/**
 * Does what an element asked for.
 *
 * @param {import('../call/call-controller.js').CallController} call
 * @param {Action} action
 * @returns {Promise<unknown>} rejects when it was refused
 */
export function perform(call, action) {
  switch (action.type) {
    case 'setAudio': return call.setAudio(action.on);
    case 'setVideo': return call.setVideo(action.on);
    case 'shareScreen': return call.shareScreen();
    case 'stopScreen': return call.stopScreen();
    case 'raiseHand': return call.raiseHand(action.raised);
    case 'react': return call.react(action.emoji);
    case 'rename': return call.rename(action.name);
    case 'sendChat': return call.sendChat(action.text, { ...present('to', action.to), ...present('replyTo', action.replyTo) });
    case 'editChat': return call.editChat(action.message, action.text);
    case 'deleteChat': return call.deleteChat(action.message);
    case 'reactToChat': return call.reactToChat(action.message, action.emoji, action.on);
    case 'updateRoom': return call.updateRoom(action.changes);
    case 'moderate': return call.moderate(action.action, action.who, action.reason);
    case 'admit': return call.admit(action.who);
    case 'deny': return call.deny(action.who, action.message);
    case 'messageWaiting': return call.messageWaiting(action.text);
    case 'setRole': return call.setRole(action.participant, action.role);
    case 'setPermission': return call.setPermission(action.participant, action.permission, action.allowed);
    case 'transferHost': return call.transferHost(action.participant);
    case 'endRoom': return call.endRoom();
    case 'leave': return call.leave();
    case 'createStreamKey': return call.createStreamKey(action.name);
    case 'getStreamKeys': return call.streamKeys();
    case 'revokeStreamKey': return call.revokeStreamKey(action.streamKey);
    default: return unreachable(action, Promise.resolve());
  }
}

/** @param {string} key @param {string | null} value */
function present(key, value) {
  return value === null ? {} : { [key]: value };
}
