import BacklinkClient
import Testing
