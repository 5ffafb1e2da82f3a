/** Browser interfaces for elements that TypeScript 4.8's own DOM library lacks. */

interface HTMLElement {
  popover: string | null;
  showPopover(): void;
  hidePopover(): void;
}

interface ToggleEvent extends Event {
  readonly newState: 'open' | 'closed';
}

interface WakeLockSentinel extends EventTarget {
  release(): Promise<void>;
}

interface Navigator {
  readonly wakeLock?: { request(type: 'screen'): Promise<WakeLockSentinel> };
}
