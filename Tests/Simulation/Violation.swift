/// A promise that the program broke.
package struct Violation: Sendable, Hashable, CustomStringConvertible {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case sentWithoutIntent, sentWithoutConsent, sentWhilePaused, sentUnderOldConfiguration
    case overACap, withinACooldown, ranTwice, keyOfAnotherCall
    case rejectedThoughItRan, rejectedRepeat, acceptedThoughItDidNotRun, ledgerDisagrees
    case secretLeft
    /// The owner's word covered an attempt that was sent after the owner had looked.
    case settledUnseen
    /// A server sent something with a ledger that lacks lines that it had read.
    case sentOnOlderLedger
    /// Those of the Platform API.
    case simulatedThoughItRan, simulatedAnew, doubtForgotten, followedBeforeWritten, sentAfterUnproven,
      questionHidesTransfers, yesToOtherTransfers, runLeftOpen, runCountedWrong, movedUntold
    /// A long run left more files or bytes than it must.
    case grown
    /// At the end of the simulation, something that should work again did not.
    case stuck

    /// Promises that are not kept yet. This list is to become empty.
    package static let knownOpen: Set<Kind> = []
  }

  package let kind: Kind
  package let detail: String

  package var description: String { "\(kind.rawValue): \(detail)" }
}
