/** The settings of the deployment that the service wrote into the page. */
export type PageSettings = {
  readonly appOrigins: readonly string[];
  readonly chainId: number;
  readonly isSimulated: boolean;
  /** The host of the TinyCloud node. */
  readonly nodeHost: string;
};

/** Reads the settings from the document. */
export function readPageSettings(): PageSettings {
  const content = (name: string): string =>
    document.querySelector(`meta[name="sealwright:${name}"]`)?.getAttribute('content') ?? '';
  return {
    appOrigins: content('app-origins').split(' ').filter(Boolean),
    chainId: Number(content('chain')),
    isSimulated: content('simulated') === 'yes',
    nodeHost: content('node'),
  };
}
