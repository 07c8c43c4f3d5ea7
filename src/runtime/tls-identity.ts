/** What the service ends TLS with: a certificate with its chain and key, in PEM. */
export type TlsIdentity = {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the certificate's public key (DER), in hex. The statement names it. */
  readonly spkiSha256: string;
};

/**
 * A certificate and its key, in PEM, that prove the control of a name to an authority (RFC 8737).
 */
export type ChallengeIdentity = {
  readonly name: string;
  readonly certificate: string;
  readonly key: string;
};

/** What new connections are served with. It may change while the service runs. */
export type TlsSource = {
  /** Undefined until there is a certificate. Until then, only challenges are answered. */
  current(): TlsIdentity | undefined;
  /** Calls `listener` after each change. Open connections keep what they began with. */
  onChange(listener: (identity: TlsIdentity) => void): void;
  /** Returns whether there can be a challenge for a name. */
  mayProve(name: string): boolean;
  /** Returns the challenge that is under way, if there is one. */
  challenge(): Promise<ChallengeIdentity | undefined>;
};

/** Returns the source of an identity that never changes. */
export const fixedTls = (identity: TlsIdentity): TlsSource => ({
  current: () => identity,
  onChange: () => undefined,
  mayProve: () => false,
  challenge: async () => undefined,
});
