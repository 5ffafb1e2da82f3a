/** Browser interfaces that TypeScript 4.8's own DOM library lacks. Each is optional where a supported browser lacks it. */

interface DisplayMediaStreamConstraints {
  preferCurrentTab?: boolean;
  selfBrowserSurface?: 'include' | 'exclude';
  surfaceSwitching?: 'include' | 'exclude';
  systemAudio?: 'include' | 'exclude';
}

interface RTCIceTransport {
  getSelectedCandidatePair?(): { local: RTCIceCandidate; remote: RTCIceCandidate } | null;
}

interface HTMLMediaElement {
  setSinkId?(deviceId: string): Promise<void>;
}

interface RTCRtpEncodingParameters {
  networkPriority?: RTCPriorityType;
}
