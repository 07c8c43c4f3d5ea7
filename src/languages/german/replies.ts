/** The German sentences in replies of the service. */
export const REPLIES = {
  'The data on {node} stays there: it belongs to the addresses below, whose keys are gone for good.':
    'Die Daten auf {node} bleiben dort: Sie gehören den Adressen unten, deren Schlüssel für immer weg sind.',
  'A keyed hash remains as a record that there was an account. Without it, a wallet would derive the same keys again.':
    'Ein verschlüsselter Hash bleibt als Vermerk, dass es ein Konto gab. Ohne ihn würde eine Wallet wieder dieselben Schlüssel ableiten.',
} as const;
