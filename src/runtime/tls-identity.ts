/** What the service ends TLS with: a certificate with its chain and key, in PEM. */
export type TlsIdentity = {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the certificate's public key (DER), in hex. The statement names it. */
  readonly spkiSha256: string;
};
