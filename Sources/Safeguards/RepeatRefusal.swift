/// What a caller is told of a repeat that must not be sent.
enum RepeatRefusal {
  static let stillRunning = Refusal(
    code: "CALL_IN_PROGRESS",
    message: "Nothing was sent: the same call is still running, and would run twice.",
    hint: "Wait for the answer of the first call. To repeat it on purpose, pass a new idempotency_key.",
    isRetryable: true)

  static let changed = Refusal(
    code: "CALL_CHANGED",
    message:
      "Nothing was sent: since this call was judged and shown, an earlier attempt of it began or ended in another process.",
    hint: "Make the same call again; it is judged and shown anew.", isRetryable: true)

  static let keyTaken = Refusal(
    code: "IDEMPOTENCY_KEY_REUSED",
    message: "Nothing was sent: this idempotency_key was used for another call in the last 24 hours.",
    hint: "Use a new idempotency_key for a new call, or repeat the first call exactly as it was.", isRetryable: false)
}
