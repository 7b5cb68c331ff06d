import Testing

@testable import Secrets

@Suite struct SecretWarningTests {
  @Test(arguments: [
    ("\"not-a-real-secret-1\"", "has quotes around it"), ("“not-a-real-secret-1”", "has quotes around it"),
    ("{{SAVE_SECRET_OF_MINE}}", "looks like a template or an encrypted value"),
    ("<<save-secret-of-mine>>", "looks like a template or an encrypted value"),
    ("#{save_secret_of_mine}", "looks like a template or an encrypted value"),
    ("%SAVE_SECRET_OF_MINE%", "looks like a template or an encrypted value"),
    ("{save_secret_of_mine}", "looks like a template or an encrypted value"),
    ("<your-secret-goes-here>", "looks like a template or an encrypted value"),
    ("ENC[AES256_GCM,data:x]", "looks like a template or an encrypted value"),
    ("!secret save_secret_of", "looks like a template or an encrypted value"),
    ("$ANSIBLE_VAULT;1.1;AES256", "looks like a template or an encrypted value"),
    ("-----BEGIN AGE ENCRYPTED FILE-----", "looks like a template or an encrypted value"),
    ("not-a-real-secret-1,", "ends with the text that followed it"),
    ("not-a-real-secret-1;", "ends with the text that followed it"),
    ("not-a-real-secret-1\\n", "ends with the text that followed it"),
    ("vault:secret/data/save#x", "looks like a template or an encrypted value"),
    ("{\"secret\":\"not-a-real-one\"}", "looks like JSON"),
    ("SAVE_SECRET=not-a-real-secret-1", "starts with a name and '='"),
    ("export save_secret=not-a-real-secret-1", "starts with a name and '='"),
    ("not-a-real-secret-1 # mine", "is followed by a comment"),
    ("https://app.getsequence.io/map/rules/x", "is the address of a page"),
    ("/home/ann/secrets/save", "looks like the path of a file"),
    ("~/secrets/save_secret", "looks like the path of a file"),
    ("secrets/my_token_file", "looks like the path of a file"), ("secrets/rule_2.txt", "looks like the path of a file"),
    ("not-a\u{A0}real-secret-1", "has a space in it"), ("not-a\u{3000}real-secret-1", "has a space in it"),
    ("not-a-real-secret...", "is cut off: it ends in dots"), ("YOUR_SECRET_GOES_HERE", "looks like an example"),
    ("REPLACE_ME_REPLACE_ME", "looks like an example"), ("echo rc=$? and more of it", "has a space in it"),
    ("sk_live_...abcdef12345", "is masked"), ("sk_live_****abcd1234", "is masked"),
    ("sk_live_xxxxxxxxabcd", "is masked"), ("sk_live_\u{2022}\u{2022}\u{2022}abcd1234", "is masked"),
    ("(redacted)-(redacted)", "is masked"), ("file:///x/y/token1", "looks like a reference to a secret"),
    ("arn:aws:secretsmanager:x", "looks like a reference to a secret"),
    ("keyring:service/account", "looks like a reference to a secret"),
    ("not-\u{E4}-real-secret-1", "has a character that is not ASCII"),
    ("xxxxxxxxxxxxxxxxxxxx", "repeats one character"), ("500.00", "has fewer than 16 characters"),
  ])
  func `a text that is more or less than a secret is doubted`(text: String, message: String) {
    #expect(SecretWarning.about(text)?.message == message)
  }

  @Test(arguments: [
    "not-a-real-secret-1", "bm90LWEtcmVhbC1zZWNyZXQ=", "sk_live_NotARealSecret1",
    "550e8400-e29b-41d4-a716-446655440000",
    "a+/b=c-not-a-real-secret", "bm90LWE/cmVhbC1zZWNyZXQ", "not/a9real/s3cret/x1y2z",
  ])
  func `what may be a secret is not doubted`(text: String) {
    #expect(SecretWarning.about(text)?.message == nil)
  }
}
