/** What S3 calls each storage class that criteria name. */
export const STORAGE_CLASSES = {
  "infrequent-access": "STANDARD_IA",
  "glacier-instant": "GLACIER_IR",
  glacier: "GLACIER",
  "deep-archive": "DEEP_ARCHIVE",
  "intelligent-tiering": "INTELLIGENT_TIERING",
} as const;
