import ArgumentParser
import BacklinkClient
import BacklinkServer
import Glibc
import LinkEngine
import LinkModel
import SnapshotFetch
import SnapshotImport
import SnapshotStore

/// How the program ends; the numbers of sysexits.h. Scripts rely on them: docs/cli.md lists them.
enum ExitStatus: Int32, Sendable {
    case done = 0
    case usage = 64
    case badData = 65
    /// No such store, snapshot or file.
    case notFound = 66
    case unavailable = 69
    case bug = 70
    /// The system gives this process no more memory.
    case noMemory = 71
    case cannotCreate = 73
    /// Reading or writing failed, or stored data is damaged.
    case io = 74
    case tryAgain = 75
    case notPermitted = 77
}

/// A failure that the command line itself finds: what is wrong, and the next step.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}

/// Nobody reads our standard output any more (`| head`): a success.
struct ClosedPipe: Error {}

extension ExitStatus {
    /// The status that an error of any module stands for.
    init(_ error: any Error) {
        self =
            switch error {
            case let error as CommandFailure: error.status
            case let error as StoreError: ExitStatus(error.kind)
            case let error as ImportError: ExitStatus(error.kind)
            case let error as EngineError: ExitStatus(error.kind)
            case let error as FetchError: ExitStatus(error.kind)
            case let error as ClientError: ExitStatus(FetchError(error).kind)
            case is TargetError, is URLRejection: .usage
            case let error as HTTPListener.Failure: error.isAddressTaken ? .unavailable : .usage
            case is AccessLog.Failure: .cannotCreate
            case is ClosedPipe: .done
            default: .bug
            }
    }

    private init(_ kind: StoreError.Kind) {
        self =
            switch kind {
            case .noStore, .noSnapshot: .notFound
            case .alreadyExists, .cannotCreate, .inUse: .cannotCreate
            case .locked: .tryAgain
            case .corrupt, .io: .io
            case .unsupportedVersion: .badData
            case .readOnly: .notPermitted
            }
    }

    private init(_ kind: ImportError.Kind) {
        self =
            switch kind {
            case .noInput: .notFound
            case .notPermitted: .notPermitted
            case .badData, .tooManyBadRows: .badData
            case .usage: .usage
            case .io: .io
            }
    }

    private init(_ kind: FetchError.Kind) {
        self =
            switch kind {
            case .usage: .usage
            case .badData: .badData
            case .cannotCreate: .cannotCreate
            case .tryAgain: .tryAgain
            case .unavailable: .unavailable
            case .notPermitted: .notPermitted
            case .io: .io
            }
    }

    private init(_ kind: EngineError.Kind) {
        self =
            switch kind {
            case .usage, .notConverged: .usage
            case .notInThisSnapshot: .badData
            }
    }

    /// Says what went wrong, or answers a request for help, and ends the program.
    static func leave(with error: any Error) -> Never {
        Interruption.awaitEnd()
        let status = ExitStatus(error)
        if status != .bug {
            if !(error is ClosedPipe) { Message.error(error) }
            Glibc.exit(status.rawValue)
        }
        // What is left is the argument parser's: wrong usage, or a request for help, the version or a completion script.
        let code = Strata.exitCode(for: error)
        if code.isSuccess { answer(HelpText.arranged(Strata.fullMessage(for: error))) }
        if code == .validationFailure {
            // The parser's own way out would print the words of the command line as they are, and a shell puts names of files there.
            Message.line(Strata.fullMessage(for: error))
            Glibc.exit(ExitStatus.usage.rawValue)
        }
        Message.note("\(error)\nThis is a bug in strata: please report it with the command that led to it.")
        Glibc.exit(ExitStatus.bug.rawValue)
    }

    private static func answer(_ text: String) -> Never {
        do {
            let end: [UInt8] = text.hasSuffix("\n") ? [] : [UInt8(ascii: "\n")]
            try OutputFile(path: nil).write(Array(text.utf8) + end)
        } catch {
            leave(with: error)
        }
        Glibc.exit(ExitStatus.done.rawValue)
    }
}
