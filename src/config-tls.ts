import { z } from 'zod';
import { about, isContact } from './config-types.js';

/** The settings of TLS that ends in the service. */
export const TLS_SETTINGS = {
  TLS_MODE: z
    .enum(['off', 'files', 'acme'])
    .default('off')
    .meta(
      about(
        '`acme` and `files`: the service ends TLS itself, with a certificate that it obtains or that you provide. With `off`, a gateway does.',
      ),
    ),
  ACME_DIRECTORY: z
    .url({ protocol: /^https$/, error: 'must be an https address' })
    .default('https://acme-v02.api.letsencrypt.org/directory')
    .meta(about('The certificate authority of `TLS_MODE=acme`, whose terms you accept with it.')),
  ACME_CONTACT: z
    .string()
    .refine((text) => isContact(text) && text.startsWith('mailto:'), 'must be a mailto: address')
    .optional()
    .meta(about('A `mailto:` address for the certificate authority.')),
  ACME_CA_FILE: z
    .string()
    .optional()
    .meta(about('A root (PEM) that the authority itself is reached with. Development only.')),
  TLS_CERTIFICATE_FILE: z
    .string()
    .optional()
    .meta(about('The certificate with its chain, in PEM. Required with `TLS_MODE=files`.')),
  TLS_KEY_FILE: z
    .string()
    .optional()
    .meta(about('The key of the certificate, in PEM. Required with `TLS_MODE=files`.')),
};
