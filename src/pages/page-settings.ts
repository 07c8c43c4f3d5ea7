/** What the page was told of its deployment by the service that served it. */
export type PageSettings = {
  readonly appOrigins: readonly string[];
  readonly chainId: number;
  readonly isSimulated: boolean;
};

export function readPageSettings(): PageSettings {
  const content = (name: string): string =>
    document.querySelector(`meta[name="sealwright:${name}"]`)?.getAttribute('content') ?? '';
  return {
    appOrigins: content('app-origins').split(' ').filter(Boolean),
    chainId: Number(content('chain')),
    isSimulated: content('simulated') === 'yes',
  };
}
