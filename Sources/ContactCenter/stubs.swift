public struct Conversation {}
public struct Participant {}
public struct Communication {}
public struct NormalizedMessage {}
public struct User {}
public struct Queue {}
public struct Skill {}
public struct Integration {}
