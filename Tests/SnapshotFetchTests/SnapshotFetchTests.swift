import SnapshotFetch
import Testing
