import type { ErrorCode } from '../../errors.js';

/** The German sentences of the service's errors that the routes of people return, by code. */
export const SERVICE_ERRORS = {
  ERR_ADDRESS_INVALID: 'Die Adresse ist keine Ethereum-Adresse mit Prüfsumme.',
  ERR_SIWE_INVALID: 'Die Nachricht ist keine wohlgeformte Anmeldeanfrage (EIP-4361).',
  ERR_RECAP_INVALID: 'Die Rechte der Anfrage haben eine falsche Form (EIP-5573).',
  ERR_RECAP_STATEMENT: 'Der Satz der Anfrage passt nicht zu ihren Rechten.',
  ERR_RECAP_SEVERAL: 'Die Anfrage enthält mehr als eine Menge von Rechten. Sende eine.',
  ERR_RECAP_NOT_LAST: 'Die Rechte der Anfrage müssen ihre letzte Ressource sein.',
  ERR_REQUEST_INVALID: 'Die Anfrage hat eine falsche Form.',
  ERR_BODY_MALFORMED: 'Der Inhalt der Anfrage ist kein gültiges JSON.',
  ERR_BODY_TOO_LARGE: 'Der Inhalt der Anfrage ist zu groß.',
  ERR_BODY_TYPE: 'Der Inhalt der Anfrage muss application/json in UTF-8 sein.',
  ERR_RATE_LIMITED: 'Zu viele Anfragen. Versuche es später noch einmal.',
  ERR_INTERNAL:
    'Der Dienst ist unerwartet gescheitert. Versuche es noch einmal, und melde die Anfragenummer, wenn es so bleibt.',
  ERR_NOT_READY: 'Der Dienst ist nicht bereit.',
  ERR_CHALLENGE_INVALID:
    'Die Nachricht ist keine Anmeldeaufforderung dieses Dienstes. Fordere eine neue an.',
  ERR_CHALLENGE_EXPIRED: 'Die Anmeldeaufforderung ist abgelaufen. Fordere eine neue an.',
  ERR_CHALLENGE_USED: 'Die Anmeldeaufforderung wurde schon verwendet. Fordere eine neue an.',
  ERR_SIGNATURE_INVALID:
    'Die Signatur passt nicht zu dieser Nachricht und Wallet. Signiere genau den Text der Aufforderung.',
  ERR_SIGNATURE_CONTRACT_WALLET:
    'Vertrags-Wallets können sich hier nicht anmelden. Verwende eine Wallet mit eigenem Schlüssel oder einen Passkey.',
  ERR_CONTRACT_WALLET_UNAVAILABLE:
    'Die Kette, die Vertrags-Wallets kennt, antwortet nicht. Versuche es später noch einmal.',
  ERR_BEARER_IN_BROWSER:
    'Eine Webseite kann keine Bearer-Sitzung bekommen. Verwende die Seiten dieses Dienstes.',
  ERR_SIGN_UP_LIMIT: 'Zu viele neue Konten in kurzer Zeit. Versuche es später noch einmal.',
  ERR_TOO_MANY_SIGN_INS: 'Zu viele Anmeldungen in kurzer Zeit. Versuche es später noch einmal.',
  ERR_SESSION_INVALID: 'Die Sitzung gilt nicht. Melde dich noch einmal an.',
  ERR_SESSION_EXPIRED: 'Die Sitzung ist abgelaufen. Melde dich noch einmal an.',
  ERR_SESSION_NOT_FOUND: 'Diese Sitzung gibt es nicht.',
  ERR_APP_NOT_FOUND: 'Für diese App wurde nichts erlaubt.',
  ERR_ORIGIN_REFUSED: 'Nur Seiten dieses Dienstes können eine Browsersitzung verwenden.',
  ERR_SESSION_TRANSPORT:
    'Ein Programm kann das nicht ändern. Öffne die Kontoseite in einem Browser und ändere es dort.',
  ERR_STEP_UP_REQUIRED:
    'Das verlangt eine frische Anmeldung. Melde dich mit einer Wallet oder einem Passkey des Kontos an und versuche es noch einmal.',
  ERR_ACCOUNT_DELETED: 'Das Konto wurde gelöscht.',
  ERR_RECOVERY_CODE: 'Dieser Wiederherstellungscode gilt nicht oder wurde schon verwendet.',
  ERR_RECOVERY_LOCKED:
    'Es wurden zu viele falsche Wiederherstellungscodes eingegeben. Warte eine Stunde oder melde dich anders an.',
  ERR_CREDENTIAL_NOT_FOUND: 'Diesen Zugang gibt es nicht.',
  ERR_CREDENTIAL_IN_USE: 'Dieser Zugang gehört schon zu einem Konto.',
  ERR_CREDENTIAL_LAST:
    'Das ist der einzige Zugang. Füge einen anderen hinzu, bevor du ihn entfernst.',
  ERR_CREDENTIAL_LIMIT: 'Das Konto hat so viele Zugänge, wie es haben kann. Entferne zuerst einen.',
  ERR_CREDENTIAL_REMOVED: 'Dieser Zugang wurde vom Konto entfernt. Verwende einen anderen.',
  ERR_PASSKEY_INVALID: 'Die Antwort des Passkeys hat eine falsche Form oder Art.',
  ERR_PASSKEY_ORIGIN: 'Der Passkey wurde auf einer anderen Seite verwendet.',
  ERR_PASSKEY_RELYING_PARTY: 'Der Passkey wurde für einen anderen Dienst verwendet.',
  ERR_PASSKEY_USER_VERIFICATION:
    'Der Passkey hat die Person nicht geprüft. Richte dafür eine Bildschirmsperre oder PIN ein.',
  ERR_PASSKEY_UNKNOWN: 'Der Passkey gehört hier zu keinem Konto, oder er wurde entfernt.',
  ERR_PASSKEY_SIGNATURE: 'Die Signatur des Passkeys passt nicht zu dieser Aufforderung.',
  ERR_PASSKEY_CLONED:
    'Der Zähler dieses Passkeys ist zurückgegangen, er kann also kopiert worden sein. Melde dich anders an, dann entferne oder entsperre ihn.',
  ERR_PASSKEY_OUTDATED:
    'Dieser Passkey wurde nach dem Beginn dieser Anfrage noch einmal verwendet. Versuche es noch einmal.',
  ERR_KEY_NOT_FOUND: 'Diesen Schlüssel gibt es nicht.',
  ERR_KEY_EXPORT_OFF: 'Wer diesen Dienst betreibt, hat den Export von Schlüsseln ausgeschaltet.',
  ERR_KEY_EXPORT_UNCONFIRMED:
    'Um einen Schlüssel zu exportieren, gib das Wort „export“, ein Leerzeichen und den Namen des Schlüssels ein.',
  ERR_KEY_EXPORT_BUSY: 'Gerade werden andere Schlüssel exportiert. Versuche es gleich noch einmal.',
  ERR_KEY_ARCHIVED: 'Der Schlüssel ist archiviert. Stelle ihn zuerst wieder her.',
  ERR_KEY_MISMATCH: 'Der abgeleitete Schlüssel passt nicht zur verzeichneten Adresse.',
  ERR_KEY_LIMIT: 'Das Konto hat so viele Schlüssel, wie es haben kann.',
  ERR_MESSAGE_INVALID: 'Die Nachricht ist in dieser Form nicht gültig.',
  ERR_MESSAGE_TOO_LARGE: 'Die Nachricht ist größer als 32 KiB.',
  ERR_POLICY_OWN_SIGN_IN: 'Dieser Dienst signiert keine Anmeldung bei sich selbst.',
  ERR_POLICY_OWN_STATEMENT:
    'Dieser Dienst signiert keinen Text, der seine eigenen Belege nachahmt.',
  ERR_POLICY_BARE_DIGEST:
    'Dieser Dienst signiert keine 32 Bytes, weil niemand sehen kann, wofür sie stehen.',
  ERR_POLICY_NO_EXPIRY:
    'Die Anfrage gibt Zugriff für mehr als 30 Tage. Sie braucht ein früheres Ende.',
  ERR_POLICY_FOREIGN_HOSTING: 'Speichern lassen kannst du nur eigene Bereiche.',
  ERR_REVIEW_REQUIRED: 'Ein Mensch muss diese Anfrage ansehen, bevor sie signiert wird.',
  ERR_REVIEW_NOT_FOUND:
    'Diese Anfrage gibt es nicht. Sie wurde beantwortet oder ist abgelaufen. Stelle sie neu.',
  ERR_REVIEW_USED: 'Diese Anfrage wurde schon beantwortet. Stelle sie neu.',
  ERR_REVIEW_EXPIRED: 'Diese Anfrage ist abgelaufen. Stelle sie neu.',
  ERR_REVIEW_OTHER_KEY: 'Diese Anfrage ist für einen anderen Schlüssel.',
  ERR_REVIEW_OTHER_ORIGIN: 'Diese Anfrage ist für eine andere App.',
  ERR_REVIEW_OTHER_BYTES: 'Diese Anfrage ist für eine andere Nachricht.',
  ERR_REVIEW_LIMIT:
    'Beim Dienst warten zu viele Anfragen. Versuche es in ein paar Minuten noch einmal.',
  ERR_REVIEW_APP_ORIGIN:
    'Diese App darf nicht um Signaturen bitten. Ihr Ursprung muss in APP_ORIGINS stehen.',
  ERR_REVIEW_DOMAIN:
    'Die Domain der Anmeldeanfrage muss der Host der App sein, mit Port (`location.host`) oder ohne (`location.hostname`).',
  ERR_REVIEW_ADDRESS: 'Die Anmeldeanfrage ist für eine andere Adresse.',
  ERR_REVIEW_CHAIN: 'Die Anmeldeanfrage ist für eine Kette, die dieser Dienst nicht kennt.',
  ERR_REVIEW_EXPIRED_REQUEST: 'Die Anmeldeanfrage ist abgelaufen.',
  ERR_REVIEW_NOT_YET_VALID: 'Die Anmeldeanfrage gilt noch nicht.',
  ERR_ASSERTION_REQUIRED: 'Bestätige diese Anfrage mit einem Passkey.',
  ERR_ASSERTION_INVALID: 'Der Passkey hat diese Anfrage nicht bestätigt.',
  ERR_EVENT_STREAM_LIMIT:
    'Diese Sitzung hat so viele Ereignisströme, wie sie haben kann. Schließe zuerst einen.',
  ERR_STORE_CONFLICT: 'Das Dokument hat sich inzwischen geändert. Versuche es noch einmal.',
  ERR_STORE_UNAVAILABLE:
    'Der Zustand kann gerade nicht gelesen oder geschrieben werden. Versuche es später noch einmal.',
  ERR_STATE_TAMPERED:
    'Der gespeicherte Zustand dieses Kontos hat die Prüfung nicht bestanden. Frage den Betreiber.',
  ERR_ENCLAVE_UNAVAILABLE: 'Die Enklave hat nicht geantwortet.',
  ERR_ENCLAVE_REPLY: 'Die Enklave hat eine ungültige Antwort gegeben.',
  ERR_NONCE_INVALID: 'Die Zufallszahl muss einmal und mit 64 kleinen Hexziffern angegeben werden.',
  ERR_ATTESTATION_BUSY:
    'Es werden zu viele Belege auf einmal verlangt. Versuche es gleich noch einmal.',
  ERR_ATTESTATION_NOT_FOUND: 'Dieses Belegdokument gibt es nicht.',
  ERR_RECEIPT_NOT_FOUND:
    'Es gibt keine Quittung, weil dieser Dienst das Konto nicht eingerichtet hat.',
} as const satisfies { readonly [code in ErrorCode]?: string };
